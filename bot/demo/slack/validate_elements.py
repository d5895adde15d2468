"""The limits of text objects and interactive elements.

https://docs.slack.dev/reference/block-kit/composition-objects
https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.slack.flaws import Flaws
    from bot.demo.slack.nouns import JSON

TEXT = 3_000
ID = 255
URL = 3_000
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
OPTION_TEXT = 75
OPTION_VALUE = 75
"""@slack/types says 75, the SDK 150: what fits here fits everywhere."""
OVERFLOW_OPTIONS = 5
SELECT_OPTIONS = 100
CHECK_OPTIONS = 10
PLACEHOLDER = 150
ALT_TEXT = 2_000
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30

BOTH = ("mrkdwn", "plain_text")
PLAIN = ("plain_text",)
STYLES = ("primary", "danger")


def check_text(flaws: Flaws, pointer: str, text: object, most: int = TEXT, types: tuple[str, ...] = BOTH) -> None:
    """Check a text object."""
    if not isinstance(text, dict):
        flaws.add(pointer, "must be a text object")
        return
    if flaws.one_of(f"{pointer}/type", text.get("type"), types):
        flaws.length(f"{pointer}/text", text.get("text"), most)
        foreign = set(text) - KEYS[text["type"]]
        if foreign:
            flaws.add(pointer, f"unknown properties {sorted(foreign)}")


KEYS = {"mrkdwn": {"type", "text", "verbatim"}, "plain_text": {"type", "text", "emoji"}}


def check_element(flaws: Flaws, pointer: str, element: object, allowed: tuple[str, ...]) -> None:
    """Check one interactive element or accessory."""
    if not isinstance(element, dict):
        flaws.add(pointer, "must be an object")
    elif flaws.one_of(f"{pointer}/type", element.get("type"), allowed):
        flaws.optional(pointer, element, "action_id", ID)
        if "confirm" in element:
            _check_confirm(flaws, f"{pointer}/confirm", element["confirm"])
        CHECKS[element["type"]](flaws, pointer, element)


def _check_button(flaws: Flaws, pointer: str, element: JSON) -> None:
    check_text(flaws, f"{pointer}/text", element.get("text"), BUTTON_TEXT, PLAIN)
    flaws.optional(pointer, element, "value", BUTTON_VALUE)
    flaws.optional(pointer, element, "url", URL)
    flaws.optional(pointer, element, "accessibility_label", BUTTON_TEXT)
    if "style" in element:
        flaws.one_of(f"{pointer}/style", element["style"], STYLES)


def _check_overflow(flaws: Flaws, pointer: str, element: JSON) -> None:
    _check_options(flaws, f"{pointer}/options", element.get("options"), OVERFLOW_OPTIONS)


def _check_select(flaws: Flaws, pointer: str, element: JSON) -> None:
    if ("options" in element) == ("option_groups" in element):
        flaws.add(pointer, "needs either options or option_groups")
    if "options" in element:
        _check_options(flaws, f"{pointer}/options", element["options"], SELECT_OPTIONS)
    if "option_groups" in element:
        groups = flaws.count(f"{pointer}/option_groups", element["option_groups"], 1, SELECT_OPTIONS)
        for place, group in enumerate(groups):
            at = f"{pointer}/option_groups/{place}"
            check_text(flaws, f"{at}/label", group.get("label"), OPTION_TEXT, PLAIN)
            _check_options(flaws, f"{at}/options", group.get("options"), SELECT_OPTIONS)
    if "placeholder" in element:
        check_text(flaws, f"{pointer}/placeholder", element["placeholder"], PLACEHOLDER, PLAIN)


def _check_person_select(flaws: Flaws, pointer: str, element: JSON) -> None:
    if "placeholder" in element:
        check_text(flaws, f"{pointer}/placeholder", element["placeholder"], PLACEHOLDER, PLAIN)


def _check_choices(flaws: Flaws, pointer: str, element: JSON) -> None:
    _check_options(flaws, f"{pointer}/options", element.get("options"), CHECK_OPTIONS, BOTH)


def _check_datepicker(flaws: Flaws, pointer: str, element: JSON) -> None:
    if "placeholder" in element:
        check_text(flaws, f"{pointer}/placeholder", element["placeholder"], PLACEHOLDER, PLAIN)


def check_image(flaws: Flaws, pointer: str, element: JSON) -> None:
    """Check an image, as a block or inside another one."""
    if ("image_url" in element) == ("slack_file" in element):
        flaws.add(pointer, "needs either image_url or slack_file")
    flaws.optional(pointer, element, "image_url", URL)
    flaws.length(f"{pointer}/alt_text", element.get("alt_text"), ALT_TEXT)


def _check_options(flaws: Flaws, pointer: str, options: object, most: int, types: tuple[str, ...] = PLAIN) -> None:
    for place, option in enumerate(flaws.count(pointer, options, 1, most)):
        at = f"{pointer}/{place}"
        check_text(flaws, f"{at}/text", option.get("text"), OPTION_TEXT, types)
        if "description" in option:
            check_text(flaws, f"{at}/description", option["description"], OPTION_TEXT, types)
        flaws.length(f"{at}/value", option.get("value"), OPTION_VALUE)
        flaws.optional(at, option, "url", URL)


def _check_confirm(flaws: Flaws, pointer: str, confirm: object) -> None:
    if not isinstance(confirm, dict):
        flaws.add(pointer, "must be an object")
        return
    check_text(flaws, f"{pointer}/title", confirm.get("title"), CONFIRM_TITLE, PLAIN)
    check_text(flaws, f"{pointer}/text", confirm.get("text"), CONFIRM_TEXT)
    for button in ("confirm", "deny"):
        check_text(flaws, f"{pointer}/{button}", confirm.get(button), CONFIRM_BUTTON, PLAIN)
    if "style" in confirm:
        flaws.one_of(f"{pointer}/style", confirm["style"], STYLES)


CHECKS: dict[str, Callable[[Flaws, str, JSON], None]] = {
    "button": _check_button,
    "overflow": _check_overflow,
    "static_select": _check_select,
    "users_select": _check_person_select,
    "checkboxes": _check_choices,
    "radio_buttons": _check_choices,
    "datepicker": _check_datepicker,
    "image": check_image,
}

ACTIONS = ("button", "overflow", "static_select", "users_select", "checkboxes", "radio_buttons", "datepicker")
ACCESSORIES = (*ACTIONS, "image")
