"""The deployment files say what the program understands."""

from pathlib import Path

import pytest
import yaml

from bot.pulse import STUCK_S
from config.loading import unknown_names
from config.settings import Settings

DEPLOY = Path(__file__).parents[2] / "config" / "deploy"


def compose(name):
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))["services"]


def set_by(service):
    return {name: str(value) for name, value in service["environment"].items()}


@pytest.fixture
def of_service(monkeypatch, tmp_path):
    def settings(service):
        monkeypatch.chdir(tmp_path)
        for name, value in set_by(service).items():
            monkeypatch.setenv(name, value)
        return Settings()

    return settings


@pytest.mark.parametrize("name", ["compose.yaml", "compose.postgres.yaml"])
def test_a_compose_file_sets_what_there_is(name):
    service = compose(name)["paperlark"]
    assert unknown_names(set_by(service)) == []
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert service["restart"] == "unless-stopped"  # for what ends itself


def test_one_process_shows_its_page_to_its_own_machine_alone(of_service):
    service = compose("compose.yaml")["paperlark"]
    settings = of_service(service)
    assert settings.http.shows_page
    assert service["ports"] == [f"127.0.0.1:{settings.http.port}:{settings.http.port}"]


def test_two_processes_share_a_database_and_show_no_page(of_service):
    services = compose("compose.postgres.yaml")
    settings = of_service(services["paperlark"])
    assert services["paperlark"]["deploy"]["replicas"] == 2
    assert "ports" not in services["paperlark"]
    assert "volumes" not in services["paperlark"]
    assert not settings.http.shows_page
    assert settings.database_url.startswith("postgresql://paperlark:")
    assert settings.database_url.endswith("@postgres/paperlark")
    assert services["postgres"]["environment"]["POSTGRES_USER"] == "paperlark"


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.0.0.2", True)]
    + [(host, False) for host in ("0.0.0.0", "::", "192.0.2.1", "paperlark.example")],
)
def test_the_page_is_shown_on_this_computer_unless_it_is_asked_for(host, shown):
    assert Settings(http={"host": host}).http.shows_page is shown
    assert Settings(http={"host": host, "page_anywhere": True}).http.shows_page


def test_systemd_starts_again_what_ends_itself():
    unit = (DEPLOY / "paperlark.service").read_text(encoding="utf-8").splitlines()
    assert "Restart=always" in unit
    assert "RestartPreventExitStatus=2" in unit  # and not 1, with which a stuck process ends
    assert STUCK_S > 60
