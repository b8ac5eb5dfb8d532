"""The configuration: what the file shows, what wins over what, and how a mistake becomes one sentence."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from models.rules import Rules
from server import config
from server.config import ConfigurationWrong, Settings, load, new_key, with_secrets
from server.engine_options import engine_settings

SHIPPED = Path(__file__).parents[2] / "config.yaml"
PRODUCTION = {
    "COMANDA_ENVIRONMENT": "production",
    "COMANDA_MONGODB__URL": "mongodb://db/?replicaSet=rs",
    "COMANDA_SERVER__PUBLIC_URL": "https://order.example.com",
    "COMANDA_SECRETS__PEPPERS": "a:" + "p" * 40,
    "COMANDA_SECRETS__TOKEN_KEYS": "a:" + "t" * 40,
    "COMANDA_SECRETS__AUDIT_KEYS": "a:" + "s" * 40,
    "COMANDA_SECRETS__ENCRYPTION_KEYS": "a:" + "e" * 40,
    "COMANDA_SECRETS__INDEX_KEYS": "a:" + "i" * 40,
}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder, and none of the options that this machine may have set."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(config.PREFIX)]:
        monkeypatch.delenv(name)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "given.yaml"
    path.write_text(text)
    return path


def options() -> Iterator[tuple[str, str, Any, str]]:
    """Section, name, default and documentation of every option that may stand in the file."""
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if name == "secrets":
            continue
        if isinstance(default, BaseModel):
            for inner, option in type(default).model_fields.items():
                if (name, inner) in config.KEY_GROUPS:
                    continue
                yield name, inner, option.get_default(call_default_factory=True), option.description or ""
        else:
            yield "", name, default, field.description or ""


def shown() -> dict[tuple[str, str], tuple[Any, str]]:
    """What `config.yaml` shows: default and documentation by section and name."""
    found: dict[tuple[str, str], tuple[Any, str]] = {}
    section, comment = "", ""
    for line in SHIPPED.read_text().splitlines():
        heading = re.fullmatch(r"(\w+):", line)
        option = re.fullmatch(r"\s*# ([a-z_]+): (.+)", line)
        if heading:
            section = heading[1]
        elif option:
            found[section, option[1]] = (yaml.safe_load(option[2]), comment)
        comment = line.strip().removeprefix("# ")
    return found


def test_every_option_stands_commented_in_the_file_with_its_default_and_its_documentation() -> None:
    expected = {
        (section, name): (str(default) if isinstance(default, Path) else default, documentation)
        for section, name, default, documentation in options()
    }
    assert shown() == expected


def test_every_option_is_documented() -> None:
    assert [f"{section}.{name}" for section, name, _, documentation in options() if not documentation] == []


def test_the_shipped_file_changes_nothing() -> None:
    assert load(SHIPPED).model_dump() == load().model_dump()


def test_a_file_with_every_option_uncommented_is_valid_and_changes_nothing(tmp_path: Path) -> None:
    opened = re.sub(r"(?m)^(\s*)# ([a-z_]+: .+)$", r"\1\2", SHIPPED.read_text())
    assert load(written(tmp_path, opened)).model_dump() == load().model_dump()


def test_the_limits_of_the_domain_have_the_names_and_defaults_of_its_rules() -> None:
    assert load().limits.rules() == Rules()


def test_the_file_sets_an_option(tmp_path: Path) -> None:
    assert load(written(tmp_path, "server:\n  port: 9000\n")).server.port == 9000


def test_the_file_in_the_current_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("server:\n  port: 9000\n")
    assert load().server.port == 9000


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMANDA_SERVER__PORT", "9001")
    assert load(written(tmp_path, "server:\n  port: 9000\n")).server.port == 9001


def test_the_environment_leaves_the_other_options_of_a_section_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMANDA_SERVER__PORT", "9001")
    assert load(written(tmp_path, "server:\n  workers: 3\n")).server.workers == 3


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMANDA_SERVER__PORT", "9001")
    assert load(server={"port": 9002}).server.port == 9002


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMANDA_SERVER__PORT", "")
    assert load().server.port == 8080


def test_lists_come_from_the_environment_parted_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMANDA_SERVER__ORIGINS", "https://a.example, https://b.example:8443")
    assert load().server.origins == ["https://a.example", "https://b.example:8443"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("server:\n  port: many\n", "server.port"),
        ("server:\n  port: 70000\n", "server.port"),
        ("server:\n  prot: 8080\n", "server.prot"),
        ("sever:\n  port: 8080\n", "sever"),
        ("server: 8080\n", "server"),
        ("server:\n  polling: true\n  workers: 2\n", "server"),
        ("server:\n  origins: [https://a.example/path]\n", "server.origins"),
        ("server:\n  origins: ['*']\n", "server.origins"),
        ("server:\n  trusted_proxies: [somewhere]\n", "server.trusted_proxies"),
        ("server:\n  public_url: order.example.com\n", "server"),
        ("mongodb:\n  database: a/b\n", "mongodb.database"),
        ("limits:\n  pin_failures: 0\n", "limits.pin_failures"),
        ("limits:\n  hold_seconds: 31\n", "limits.hold_seconds"),
        ("log:\n  level: loud\n", "log.level"),
        ("environment: staging\n", "environment"),
        ("secrets:\n  peppers: a:b\n", "secrets"),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence_that_names_the_option(tmp_path: Path, text: str, names: str) -> None:
    with pytest.raises(ConfigurationWrong) as caught:
        load(written(tmp_path, text))
    assert re.fullmatch(rf"{re.escape(names)}: [^\n]+\.", str(caught.value))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COMANDA_SERVER__PORT", "many"),
        ("COMANDA_SERVER__PROT", "8080"),
        ("COMANDA_SEVER__PORT", "8080"),
        ("COMANDA_PORT", "8080"),
        ("COMANDA_SECRETS__PEPPERS", "a:tooshort"),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationWrong, match=variable):
        load()


def test_a_secret_that_is_wrong_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMANDA_SECRETS__PEPPERS", "a:hush-hush")
    with pytest.raises(ConfigurationWrong) as caught:
        load()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("text", ["- a\n", "a: [\n", "just words\n"])
def test_a_file_that_is_no_configuration_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationWrong, match=r"given\.yaml"):
        load(written(tmp_path, text))


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationWrong, match=r"nowhere\.yaml"):
        load(tmp_path / "nowhere.yaml")


def test_production_starts_when_everything_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    assert load().environment == "production"


@pytest.mark.parametrize("missing", [name for name in PRODUCTION if name != "COMANDA_ENVIRONMENT"])
def test_production_refuses_to_start_without(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(missing)
    option = missing.removeprefix(config.PREFIX).replace("__", ".").lower()
    with pytest.raises(ConfigurationWrong, match=re.escape(option)):
        load()


def test_production_refuses_a_public_address_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**PRODUCTION, "COMANDA_SERVER__PUBLIC_URL": "http://order.example.com"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationWrong, match=r"server\.public_url"):
        load()


def test_test_numbers_are_for_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMANDA_MESSAGES__TEST_NUMBERS", "+40700000001:123456, +40700000002:000000")
    assert load().messages.test_codes == {"+40700000001": "123456", "+40700000002": "000000"}
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationWrong, match=r"messages\.test_numbers"):
        load()


@pytest.mark.parametrize("given", ["+40700000001", "0700000001:123456", "+40700000001:12345", "+40700000001:12345a"])
def test_a_test_number_has_its_country_and_a_code(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("COMANDA_MESSAGES__TEST_NUMBERS", given)
    with pytest.raises(ConfigurationWrong, match=r"messages\.test_numbers"):
        load()


def test_secrets_are_made_once(tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path / "data")
    assert with_secrets(settings).secrets == with_secrets(settings).secrets


def test_keys_that_an_older_version_did_not_make_are_added_once(tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path / "data")
    path = tmp_path / "data" / "secrets.yaml"
    with_secrets(settings)
    older = {name: key for name, key in yaml.safe_load(path.read_text()).items() if name != "audit_keys"}
    path.write_text(yaml.safe_dump(older))
    completed = with_secrets(settings).secrets
    assert completed.audit_keys == with_secrets(settings).secrets.audit_keys != []
    assert {name: yaml.safe_load(path.read_text())[name] for name in older} == older
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_made_secrets_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    with_secrets(load(data_dir=tmp_path / "data"))
    assert stat.S_IMODE((tmp_path / "data" / "secrets.yaml").stat().st_mode) == 0o600


def test_secrets_that_others_can_read_are_refused(tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path / "data")
    with_secrets(settings)
    (tmp_path / "data" / "secrets.yaml").chmod(0o644)
    with pytest.raises(ConfigurationWrong, match="chmod 600"):
        with_secrets(settings)


def test_given_secrets_are_used_and_none_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMANDA_SECRETS__PEPPERS", f"new:{'n' * 40},old:{'o' * 40}")
    for name in ("TOKEN_KEYS", "AUDIT_KEYS", "ENCRYPTION_KEYS", "INDEX_KEYS"):
        monkeypatch.setenv(f"COMANDA_SECRETS__{name}", new_key())
    settings = with_secrets(load(data_dir=tmp_path / "data"))
    assert [key.id for key in settings.secrets.peppers] == ["new", "old"]
    assert not (tmp_path / "data").exists()


def test_secrets_do_not_show_in_the_settings_text(tmp_path: Path) -> None:
    settings = with_secrets(load(data_dir=tmp_path / "data"))
    stored = yaml.safe_load((tmp_path / "data" / "secrets.yaml").read_text())
    assert stored["peppers"].partition(":")[2] not in repr(settings)


@pytest.mark.parametrize(
    ("public_url", "origins"),
    [
        ("http://127.0.0.1:8080", {"http://127.0.0.1:8080", "http://localhost:8080"}),
        ("http://localhost:9000", {"http://127.0.0.1:9000", "http://localhost:9000"}),
        ("https://order.example.com", {"https://order.example.com"}),
    ],
)
def test_a_page_may_come_from_either_name_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, public_url: str, origins: set[str]
) -> None:
    monkeypatch.setenv("COMANDA_SERVER__PUBLIC_URL", public_url)
    assert engine_settings(load()).origins == origins
