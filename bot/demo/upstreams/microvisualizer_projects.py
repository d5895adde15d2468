"""The projects of the demo's MicroVisualizer organization: a web shop's platform, with a few awkward names."""

from __future__ import annotations

from typing import Final, NamedTuple


class Row(NamedTuple):
    """One project. Ages are days before the demo begins, so that there is always something fresh and something old."""

    id: str
    name: str
    description: str
    updated: float
    """Days since the last change."""

    created: float
    """Days since it was made."""

    updated_by: str
    """With an ``@`` a person, else the name of an API key."""

    services: str = ""
    """Names, separated by blanks."""

    owner: str = ""
    """Team of the services."""

    created_by: str = "ada.okafor@lumen.example"
    archived: bool = False
    pinned: bool = False
    is_owner: bool = False


ADA = "ada.okafor@lumen.example"
JONAS = "jonas.weber@lumen.example"
MEI = "mei.lin@lumen.example"
PRIYA = "priya.raman@lumen.example"
SOFIA = "sofia.costa@lumen.example"
TARIQ = "tariq.haddad@lumen.example"
YAEL = "yael.stern@lumen.example"
CI = "ci-main"
CI_PAYMENTS = "ci-payments"
CI_EDGE = "deploy-key-eu"

BUSY: Final = (
    Row("checkout-k3f9a", "Checkout", "From the basket to the confirmed order.", 0.01, 410, CI,
        "basket-api checkout-api coupon-rules order-writer tax-lookup", "Buying", JONAS, pinned=True),
    Row("billing-p7c2d", "Billing", "Invoices, dunning and the ledger behind them.", 0.03, 395, CI_PAYMENTS,
        "invoice-api dunning-worker ledger pdf-renderer", "Money", PRIYA, pinned=True),
    Row("identity-x8m1q", "Identity", "Sign-in, sessions, passkeys and consent.", 0.1, 402, YAEL,
        "login-api session-store passkey-api consent-api mail-sender", "Trust", YAEL),
    Row("payments-d4r7w", "Payments", "Cards, wallets and refunds over two providers.", 0.25, 388, CI_PAYMENTS,
        "card-gateway wallet-gateway refund-worker risk-check", "Money", PRIYA),
    Row("search-and-discovery", "Search & Discovery", "Index, ranking and synonyms.", 0.5, 300, MEI,
        "query-api indexer ranker synonym-editor", "Finding", MEI),
    Row("catalog-core-2b", "Catalog Core", "Products, variants and prices.", 1, 405, CI,
        "product-api price-api variant-store import-worker media-resizer", "Finding", MEI),
    Row("recommend-beta1", "<Beta> Recommendations", "People who bought this also bought that.", 1.5, 60, MEI,
        "recommender feature-store", "Finding", MEI),
    Row("fulfilment-h5t6", "Fulfilment", "Picking, packing and carriers.", 2, 360, CI,
        "pick-api carrier-gateway label-printer stock-ledger", "Shipping", TARIQ),
    Row("returns-y1n8e", "Returns", "Labels, inspection and money back.", 3, 210, TARIQ,
        "return-api inspection-desk refund-trigger", "Shipping", TARIQ),
    Row("notifications-0c", "Notifications", "Mail, push and text messages.", 4, 330, CI,
        "mail-sender push-sender sms-sender template-store preference-api", "Trust", YAEL),
    Row("launchpad-r0ck3t", "🚀 Launchpad", "How a new service gets its pipeline.", 5, 45, ADA,
        "scaffolder pipeline-api", "Platform", ADA, is_owner=True),
    Row("edge-gateway-9v", "Edge Gateway", "Routing, quotas and bot defence.", 6, 399, CI_EDGE,
        "router quota-api bot-defence waf-rules", "Platform", ADA),
    Row("ratings-star-5", "*star* Ratings", "Reviews and their moderation.", 9, 150, SOFIA,
        "review-api moderation-queue", "Finding", SOFIA),
    Row("warehouse-ops-4", "Warehouse Operations", "Robots, shelves and shifts.", 12, 280, TARIQ,
        "robot-bridge shift-planner shelf-map", "Shipping", TARIQ),
    Row("gift-cards-8k2", "Gift Cards", "Issue, redeem, expire.", 15, 170, PRIYA,
        "gift-card-api expiry-worker", "Money", PRIYA),
    Row("b2b-portal-q6", "B2B Portal", "Quotes, contracts and net-30 terms.", 19, 240, JONAS,
        "quote-api contract-store credit-check", "Buying", JONAS),
    Row("payment-ar-2026", "منصة الدفع", "Payment pages for the Gulf shops.", 21, 90, TARIQ,
        "local-methods currency-rounding", "Money", TARIQ),
)  # fmt: skip
"""Changed within the last three weeks."""

QUIET: Final = (
    Row("loyalty-w2s5x", "Loyalty Points", "Earning, tiers and vouchers.", 25, 310, SOFIA,
        "points-ledger tier-rules voucher-api", "Buying", SOFIA),
    Row("subscriptions-7", "Subscriptions", "Coffee every second Tuesday.", 26.5, 200, CI_PAYMENTS,
        "plan-api renewal-worker", "Money", PRIYA),
    Row("store-pickup-m4", "Store Pickup", "Order here, fetch it there.", 28, 130, TARIQ,
        "slot-api store-board", "Shipping", TARIQ),
    Row("fraud-lab-3z9", "Fraud Lab", "Rules and models against stolen cards.", 29, 190, YAEL,
        "rule-engine model-server case-desk", "Trust", YAEL),
)  # fmt: skip
"""About to be called inactive."""

INACTIVE: Final = (
    Row("marketplace-t6", "Marketplace Sellers", "Onboarding and payouts of other shops.", 41, 320, JONAS,
        "seller-api payout-worker", "Buying", JONAS),
    Row("warehouse-rfid", "RFID Trial", "Do tags on pallets pay off?", 63, 120, CI_EDGE,
        "tag-reader pallet-tracker", "Shipping", TARIQ),
    Row("checkout-legacy", "Checkout", "The old one. Still serves three countries, nobody dares to touch it.", 88, 1900,
        CI, "monolith-bridge session-shim", "Buying", JONAS),
    Row("address-book-v1", "Address Book", "Addresses, geocoding and spelling of street names.", 120, 500, MEI,
        "address-api geocoder", "Trust", YAEL),
    Row("price-scraper-1", "Competitor Prices; DROP TABLE prices", "Somebody thought this was funny.", 175, 380, SOFIA,
        "scraper diff-report", "Finding", SOFIA),
    Row("data-lake-2019", "Data Lake", "Where events go to rest.", 260, 2300, CI,
        "event-sink compactor query-gateway", "Platform", ADA),
    Row("call-centre-0x", "Call Centre Desktop", "Screens for the people on the phone.", 400, 1500, JONAS,
        "desktop-api phone-bridge", "Trust", JONAS),
    Row("shell-workshop", "Workshop 12 March", "", 74, 74, SOFIA, created_by=SOFIA),
    Row("shell-untitled", "Untitled project", "", 33, 33, ADA, created_by=ADA, is_owner=True),
)  # fmt: skip
"""Untouched for more than a month; two of them are empty shells."""

PUT_AWAY: Final = (
    Row("black-friday-24", "Black Friday 2024", "Waiting room and flash prices.", 290, 400, JONAS,
        "waiting-room flash-prices", "Buying", JONAS, archived=True),
    Row("wallet-poc-77", "Wallet Proof of Concept", "", 350, 420, PRIYA, created_by=PRIYA, archived=True),
    Row("voice-shopping", "Voice Shopping", "“Order the usual.” It never was the usual.", 130, 700, MEI,
        "intent-api speaker-bridge", "Finding", MEI, archived=True),
    Row("the-long-name-1", "Cross-border customs, duties & VAT for parcels below € 150.-", "HS codes, forms.", 18, 160,
        PRIYA, "duty-calculator form-filler", "Money", PRIYA, archived=True),
)  # fmt: skip
"""In the archive; the last one was edited not long ago."""

ROWS: Final = (*BUSY, *QUIET, *INACTIVE, *PUT_AWAY)
