# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /build
COPY requirements.txt .
RUN pip install --require-hashes --requirement requirements.txt --target /packages
COPY bot bot
RUN python -m compileall -q -j 0 /packages bot

FROM python:3.13-slim
# No build tools, no installer, nobody's shell account: only Python, the packages and the bot.
RUN python -m pip uninstall --yes --quiet pip \
 && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin rollcall \
 && install -d -o rollcall /data
COPY --from=build /packages /packages
COPY --from=build /build/bot /app/bot
ENV PYTHONPATH=/packages:/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 PORT=3000 DATABASE_URL=sqlite:////data/rollcall.db LOG_FORMAT=json
USER rollcall
WORKDIR /data
# Everything that is written goes into /data: the root file system may be read-only.
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
