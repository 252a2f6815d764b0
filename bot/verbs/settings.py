"""The settings of this process, with what is wrong in them as our own error."""

import logging
import os

from bot.domain.errors import ConfigError
from config.loading import SettingsError, load_settings, unknown_names
from config.settings import Settings

logger = logging.getLogger(__name__)


def settings() -> Settings:
    """Raises ConfigError: which setting is wrong, and why."""
    for unknown in unknown_names(os.environ):
        meant = f"; did you mean {unknown.meant}?" if unknown.meant else ""
        logger.warning("%s is no setting%s", unknown.name, meant)
    try:
        return load_settings()
    except SettingsError as error:
        raise ConfigError(str(error)) from error
