"""What a command line costs that does nothing: an empty Typer application."""

import typer

app = typer.Typer()


@app.command()
def nothing() -> None:
    """Do nothing."""


app()
