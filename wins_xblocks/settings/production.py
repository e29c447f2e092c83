"""The same again after the platform's YAML, which may have replaced whole lists."""

from .common import plugin_settings

__all__ = ["plugin_settings"]
