"""Browsers by the names that people know them by."""

# The first that fits counts: most browsers also name those they descend from.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
DEVICES = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def name_agent(agent: str) -> str:
    """«Chrome, Android» for the header of a browser; empty for one that is not known."""
    found = (
        next((name for mark, name in names.items() if mark in agent), None)
        for names in (BROWSERS, DEVICES)
    )
    return ", ".join(name for name in found if name)
