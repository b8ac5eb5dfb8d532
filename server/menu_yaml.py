"""YAML as people write menus in it: texts stay texts, and nothing stands twice.

Only whole numbers, `true`, `false` and nothing are taken for more than text. So `22:00` is a time and not a number of
minutes, `no` is Norwegian and not false, and there is no number with a fraction.
"""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

_MAP, _LIST = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"


class FileUnreadable(ValueError):  # noqa: N818  (habits: errors name the situation)
    """A file cannot be read as YAML; the text says where and why."""


class _Loader(yaml.SafeLoader):
    """See the module."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse what stands for something written elsewhere: a few lines could stand for more than a machine holds."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(None, None, "write it out: a menu has no aliases", _mark_of(self))
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse a key that stands twice: all but the last would be forgotten without a word."""
        known: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.MarkedYAMLError(None, None, f"{key} is no name", key_node.start_mark)
            if key in known:
                raise yaml.MarkedYAMLError(None, None, f"{key} stands twice", key_node.start_mark)
            known.add(key)
        return super().construct_mapping(node, deep)


def _mark_of(loader: _Loader) -> yaml.Mark:
    mark: yaml.Mark = loader.peek_event().start_mark  # type: ignore[no-untyped-call]
    return mark


_Loader.yaml_implicit_resolvers = {}  # those of YAML 1.1 are inherited
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), [*"-0123456789"])


class Flow(dict[str, Any]):
    """A mapping that is written on one line."""


class FlowList(list[Any]):
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes short things on one line, and everything in its order."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the entries of a list below its name."""
        return super().increase_indent(flow, indentless=False)


_Dumper.add_representer(Flow, lambda dumper, value: dumper.represent_mapping(_MAP, value.items(), flow_style=True))
_Dumper.add_representer(FlowList, lambda dumper, value: dumper.represent_sequence(_LIST, value, flow_style=True))


def read(file: Path) -> dict[str, Any]:
    """Read a file that holds one mapping; raises `FileUnreadable` with line and column."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (a safe loader)
    except OSError as error:
        raise FileUnreadable(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FileUnreadable(f"{file}: it is no UTF-8 text") from error
    except RecursionError as error:
        raise FileUnreadable(f"{file}: it is nested too deep") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise FileUnreadable(f"{file}{place}: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise FileUnreadable(f"{file}: {error}") from error
    if not isinstance(content, dict):
        raise FileUnreadable(f"{file}: it has to begin with a name and a colon, like `categories:`")
    return content


def written(content: dict[str, Any]) -> str:
    """Return it as YAML."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
