"""The settings of this process, with what is wrong in them as our own error."""

import logging
import os

from bot.domain.errors import ConfigError
from config.settings import Settings, SettingsError, load_settings, unknown_names

logger = logging.getLogger(__name__)


def settings() -> Settings:
    """Raises ConfigError: which setting is wrong, and why."""
    for name in unknown_names(os.environ):
        logger.warning("%s is no setting; is it misspelt?", name)
    try:
        return load_settings()
    except SettingsError as error:
        raise ConfigError(str(error)) from error
