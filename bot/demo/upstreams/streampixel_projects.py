"""The projects of the demo's Streampixel account: an agency for interactive 3D, with a few awkward names."""

from __future__ import annotations

from typing import Final, NamedTuple


class Row(NamedTuple):
    """One project."""

    name: str
    interest: int = 0
    """People who want to see it, on average; nobody can while it is off."""

    on: bool = True
    subscription: str = "active"


ROWS: Final = (
    Row("Showroom Demo", 5),
    Row("Harbour Lofts: Penthouse Walkthrough", 9),
    Row("Villa Aurora & Spa", 3),
    Row("Riverside Towers", 2),
    Row("Old Mill Quarter, Phase II"),
    Row("Kitchen Planner", 7),
    Row("<Beta> Bathroom Planner", 1),
    Row("Car Configurator: Estate", 12),
    Row("Car Configurator: Roadster", 6),
    Row("Car Configurator: Van", 2, on=False),
    Row("Yacht Configurator 🛥️ 42 ft", 2),
    Row("Motorbike Studio", 4),
    Row("Watch Atelier *star* Edition", 1),
    Row("Forklift Safety Training", 3),
    Row("Turbine Maintenance Training", 1),
    Row("Operating Theatre Onboarding", on=False, subscription="canceled"),
    Row("Airport Ground Crew Training", 2, subscription="past_due"),
    Row("Museum of Tides", 4),
    Row("סיור וירטואלי בגלריה", 1),
    Row("معرض دبي العقاري", 2),
    Row("Trade Fair Booth 2026: Hall 7, Stand B12, the one with the rotating stage and the very long name"),
    Row("Showroom Demo", on=False),
    Row("City Hall Citizens' Preview", subscription="trialing"),
    Row("Retail Park Night Scene", 1, subscription="trialing"),
    Row("Factory Digital Twin", 2),
    Row("Archive: Expo Pavilion 2024", on=False, subscription="canceled"),
)
