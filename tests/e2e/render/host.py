"""A window much like Teams for the `adaptivecards` renderer: its measures, light and dark."""

from collections.abc import Mapping
from typing import Any

Colours = Mapping[str, str]

LIGHT: Colours = {
    "page": "#f5f5f5",
    "card": "#ffffff",
    "ink": "#242424",
    "subtle": "#616161",
    "line": "#d1d1d1",
    "accent": "#4f52b2",
    "good": "#0e700e",
    "attention": "#b10e1c",
    "emphasis": "#f0f0f0",
    "good-ground": "#9fd89f",
}
DARK: Colours = {
    "page": "#1b1b1b",
    "card": "#292929",
    "ink": "#ffffff",
    "subtle": "#adadad",
    "line": "#666666",
    "accent": "#9299f7",
    "good": "#54b054",
    "attention": "#e37d80",
    "emphasis": "#3d3d3d",
    "good-ground": "#359b35",
}
THEMES: Mapping[str, Colours] = {"light": LIGHT, "dark": DARK}


def config(theme: Colours) -> dict[str, Any]:
    """The host config that the renderer takes."""
    inks = {
        name: {"default": theme.get(name, theme["ink"]), "subtle": theme["subtle"]}
        for name in ("default", "accent", "good", "attention", "warning", "light", "dark")
    }

    def ground(name: str) -> dict[str, Any]:
        return {"backgroundColor": theme[name], "foregroundColors": inks}

    return {
        "fontFamily": "'Segoe UI', 'DejaVu Sans', sans-serif",
        "spacing": {"small": 6, "default": 12, "medium": 16, "large": 20, "padding": 12},
        "separator": {"lineThickness": 1, "lineColor": theme["line"]},
        "fontSizes": {"small": 12, "default": 14, "medium": 16, "large": 18, "extraLarge": 24},
        "fontWeights": {"lighter": 300, "default": 400, "bolder": 600},
        "lineHeights": {"small": 16, "default": 20, "medium": 22, "large": 24, "extraLarge": 32},
        "containerStyles": {
            "default": ground("card"),
            "emphasis": ground("emphasis"),
            "good": ground("good-ground"),
        },
        "actions": {
            "maxActions": 6,
            "buttonSpacing": 8,
            "actionsOrientation": "horizontal",
            "actionAlignment": "left",
        },
        "factSet": {
            "title": {"weight": "bolder", "wrap": True, "maxWidth": 150},
            "value": {"wrap": True},
            "spacing": 16,
        },
        "inputs": {
            "label": {"requiredInputs": {"suffix": " *", "suffixColor": "attention"}},
            "errorMessage": {"color": "attention", "size": "small"},
        },
    }


def style(theme: Colours) -> str:
    """The style sheet around it."""
    return f"""
      body {{ margin: 0; padding: 12px; background: {theme["page"]}; color: {theme["ink"]};
              font: 14px 'Segoe UI', 'DejaVu Sans', sans-serif }}
      .name {{ margin: 20px 0 4px; color: {theme["subtle"]}; font-size: 11px }}
      .drawn {{ background: {theme["card"]}; border: 1px solid {theme["line"]};
                border-radius: 4px; overflow: hidden }}
      .ac-actionSet {{ flex-wrap: wrap; gap: 8px }}
      .ac-actionSet > div {{ display: none }}
      .ac-pushButton {{ flex: 0 0 auto !important; padding: 5px 12px; min-height: 32px;
                        max-width: 100%; border-radius: 4px; border: 1px solid {theme["line"]};
                        background: {theme["card"]}; color: {theme["ink"]}; font: inherit;
                        font-weight: 600 }}
      .ac-pushButton.style-positive {{ background: {theme["accent"]}; color: {theme["card"]} }}
      .ac-pushButton.style-destructive {{ color: {theme["attention"]} }}
      .ac-input {{ box-sizing: border-box; padding: 6px 10px; border: 1px solid {theme["line"]};
                   border-radius: 4px; background: {theme["card"]}; color: {theme["ink"]};
                   font: inherit }}
      a, at {{ color: {theme["accent"]} }}
      p {{ margin: 0 0 6px }} ul, ol {{ box-sizing: border-box; margin: 0; padding-left: 22px }}
    """
