"""The commands `comanda menu …`; what they do is in `server.menu_command`, loaded when it is needed."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from server.config import load
from server.footing import ConfigOption, one_sentence, services
from server.telemetry import set_up_logging

HouseOption = Annotated[str | None, typer.Option("--restaurant", help="The id of the house, where there are several.")]
MenuFilesArgument = Annotated[list[Path], typer.Argument(help="A menu file, or several that belong together.")]

menu = typer.Typer(
    help="The menu as a file: check it, hand it in, take it out. These commands may run beside a server.",
    no_args_is_help=True,
)


@menu.command("check")
def check_menu(files: MenuFilesArgument, config: ConfigOption = None, restaurant: HouseOption = None) -> None:
    """Name every mistake in a menu by its path; ends with 1 if there is one.

    Stations, currency and languages are those that the files name, else those of the house in the database.
    """
    from server.menu_command import check, premises_of
    from server.menu_files import open_files

    with one_sentence():
        opened = open_files(files)
        premises = opened.premises
        if premises is None:
            settings = load(config)
            set_up_logging(settings.log)
            with services(settings, is_beside=True) as ready:
                premises = asyncio.run(premises_of(ready, restaurant))
        is_right = check(opened, premises)
    raise typer.Exit(0 if is_right else 1)


@menu.command("import")
def import_menu(
    files: MenuFilesArgument,
    config: ConfigOption = None,
    restaurant: HouseOption = None,
    publish: Annotated[bool, typer.Option("--publish", help="Make it the menu at once; a draft stays.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in place of a draft that somebody began.")] = False,
) -> None:
    """Make a menu file the draft of the house; with --publish its menu. Ends with 1 if there is a mistake in it."""
    from server import menu_command
    from server.menu_files import open_files

    with one_sentence():
        opened = open_files(files)
        settings = load(config)
        set_up_logging(settings.log)
        with services(settings, is_beside=True) as ready:
            act = menu_command.import_menu(ready, restaurant, opened, publish=publish, replace=replace)
            is_done = asyncio.run(act)
    raise typer.Exit(0 if is_done else 1)


@menu.command("export")
def export_menu(
    config: ConfigOption = None,
    restaurant: HouseOption = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write. Default: the terminal.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="The draft instead of the published menu.")] = False,
) -> None:
    """Write the menu of the house as a file that `import` reads again."""
    from server import menu_command

    with one_sentence():
        settings = load(config)
        set_up_logging(settings.log)
        with services(settings, is_beside=True) as ready:
            text = asyncio.run(menu_command.export_menu(ready, restaurant, draft=draft))
    if text is None:
        typer.echo("There is no draft.", err=True)
        raise typer.Exit(1)
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
