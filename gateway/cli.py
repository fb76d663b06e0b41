"""The command line: `segment-gateway serve | migrate | load | export | changes | doctor | token | ...`.

Each command imports its work when it runs: all of it together takes most of a second.
"""

# ruff: noqa: PLC0415

import sys
from typing import Annotated, TypeAlias

import typer

from gateway.command_failure import CommandFailure
from gateway.identity.scopes import KNOWN_SCOPES, parse_scopes
from gateway.server.garbage import importing
from resolvers.caller import TENANT

cli = typer.Typer(
    name="segment-gateway",
    help="GraphQL and REST over the customer segments of a shop. Settings are SEGMENTS_... variables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

rules = typer.Typer(help="Rules of segments.", no_args_is_help=True, rich_markup_mode=None)
cli.add_typer(rules, name="rules")


def _well_formed(tenant: str) -> str:
    if not TENANT.fullmatch(tenant):
        raise typer.BadParameter("3 to 16 lower-case letters and digits, a letter first")
    return tenant


RecordsTenant: TypeAlias = Annotated[
    str, typer.Option("--tenant", callback=_well_formed, help="The tenant whose records these are.")
]


def main() -> None:
    """The entry point. Ends with 2 where the command or the installation is wrong, with 1 if it failed."""
    try:
        cli()
    except (CommandFailure, OSError) as failure:
        typer.echo(f"segment-gateway: {failure}", err=True)
        sys.exit(failure.exit_status if isinstance(failure, CommandFailure) else 1)


@cli.command()
def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that share the port.")] = 1,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo", help="Fill an empty database with an invented shop, print queries and tokens to try."
        ),
    ] = False,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="Migrate the database first (SQLite does so by itself).")
    ] = False,
) -> None:
    """Serve GraphQL and REST over HTTP."""
    with importing():
        from gateway.commands.serve import serve as run

    if not run(host, port, workers, demo=demo, migrates=migrate):
        raise typer.Exit(1)


@cli.command()
def migrate() -> None:
    """Bring the database to the schema of this version; harmless where it is already there."""
    with importing():
        from gateway.commands.migrate import migrate as run

    run()
    typer.echo("The database has the schema of this version.")


@cli.command()
def load(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="NDJSON, one record a line; - is standard input.")
    ],
    *,
    tenant: RecordsTenant,
    strict: Annotated[
        bool, typer.Option("--strict", help="Reject a line that has an unknown member.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on after the last line that an interrupted load has stored.")
    ] = False,
    mirror: Annotated[
        bool, typer.Option("--mirror", help="Delete what the file lacks, after everything was loaded.")
    ] = False,
    most_deletes: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="With --mirror: write nothing where more records would be deleted "
            "[default: 10 or a hundredth of the records, at most half].",
        ),
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Print what would change; nothing is written.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --plan: NDJSON, a changed record a line.")
    ] = False,
) -> None:
    """Make records equal to the lines of a data file. Ends with 1 where a line was rejected.

    A line with "deleted": true deletes its record.
    """
    if as_json and not plan:
        raise typer.BadParameter("it needs --plan", param_hint="'--json'")
    if most_deletes is not None and not mirror:
        raise typer.BadParameter("it needs --mirror", param_hint="'--most-deletes'")
    with importing():
        from gateway.commands.transfer.load import Load, load

    arguments = Load(source, tenant, strict, resume, mirror, most_deletes)
    if not plan:
        return load(arguments)
    with importing():
        from gateway.commands.transfer.plan import plan as print_plan

    return print_plan(arguments, as_json=as_json)


@cli.command()
def export(
    target: Annotated[str, typer.Argument(metavar="[FILE]", help="- is standard output.")] = "-",
    *,
    tenant: RecordsTenant,
) -> None:
    """Write every record of a tenant as a data file, the same bytes from any database."""
    with importing():
        from gateway.commands.transfer.export import export as run

    run(target, tenant)


@cli.command()
def changes(
    *,
    tenant: RecordsTenant,
    after: Annotated[
        str | None, typer.Option(help="The cursor to go on from; left out, the oldest change that is kept.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Wait for changes to come, until Ctrl-C.")] = False,
) -> None:
    """Print changes as NDJSON, oldest first; each line has the cursor to go on from."""
    with importing():
        from gateway.commands.changes import changes as run

    run(tenant, after, follow=follow)


@rules.callback(invoke_without_command=True)
def list_rules(
    context: typer.Context,
    *,
    tenant: Annotated[str | None, typer.Option("--tenant", help="The tenant whose rules these are.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Compare members with a rebuild; end with 1 where they differ.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="NDJSON, a rule a line.")] = False,
) -> None:
    """List the rules of segments, with their members by number, or preview one. Nothing is changed."""
    if context.invoked_subcommand is not None:
        return
    if tenant is None:
        raise typer.BadParameter("it is needed to list rules", param_hint="'--tenant'")
    with importing():
        from gateway.commands.rules import rules as run

    run(_well_formed(tenant), check=check, as_json=as_json)


@cli.command(name="new-epoch")
def new_epoch() -> None:
    """Make all cursors of changes unknown: say so after a backup was restored, as numbers went back."""
    with importing():
        from gateway.commands.changes import new_epoch as run

    run()
    typer.echo("Cursors from before are unknown from now on.")


@cli.command()
def deliver() -> None:
    """Deliver changes to webhooks, without serving; any number of processes may do so."""
    with importing():
        from gateway.commands.deliver import deliver as run

    run()


@rules.command()
def preview(
    *,
    tenant: RecordsTenant,
    segment: Annotated[str, typer.Option(help="The segment that would have the rule.")],
    rule: Annotated[
        str | None,
        typer.Option(
            help='A file with the rule as JSON, or "-": {"where": ..., "subject": ..., "timeZone": ...}.'
        ),
    ] = None,
    q: Annotated[str | None, typer.Option("--q", help="The condition in the query language instead.")] = None,
    at: Annotated[
        str | None, typer.Option(help="As of this instant in place of now, such as now+P30D.")
    ] = None,
    days: Annotated[int, typer.Option(min=0, max=366, help="How many days to forecast.")] = 30,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, as POST .../rule/preview answers it.")
    ] = False,
) -> None:
    """Show what setting a rule would change, and what time will change after that. Nothing is written."""
    with importing():
        from gateway.commands.rules_preview import Question, preview_rule

    preview_rule(Question(tenant, segment, rule, q, at, days, as_json))


@cli.command()
def doctor(
    *,
    url: Annotated[
        str | None,
        typer.Option(help="The address that clients use, to check a running gateway and proxies before it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="NDJSON, a finding a line.")] = False,
) -> None:
    """Check settings, keys, database, schema, clocks and pages. Nothing is changed.

    Ends with 1 where something does not work; each finding says what to do.
    """
    with importing():
        from gateway.commands.doctor import doctor as run

    if not run(url, as_json=as_json):
        raise typer.Exit(1)


@cli.command()
def reencrypt() -> None:
    """Encrypt the secrets of webhooks with the first key of SEGMENTS_WEBHOOK_KEY, where it was another."""
    with importing():
        from gateway.commands.reencrypt import reencrypt as run

    typer.echo(f"Encrypted the secrets of {run():,} webhooks anew.")


@cli.command()
def token(
    *,
    tenant: Annotated[str, typer.Option(callback=_well_formed, help="The tenant that the token speaks for.")],
    scope: Annotated[str, typer.Option(help=f"Scopes, separated by spaces: {', '.join(KNOWN_SCOPES)}.")],
    customer: Annotated[str | None, typer.Option(help="Customer id, for segment_read_own.")] = None,
    legal_entity: Annotated[str | None, typer.Option(help="Legal entity that the customer acts for.")] = None,
    expires_in: Annotated[int, typer.Option(min=1, help="Seconds until the token expires.")] = 3600,
) -> None:
    """Print a token, signed with SEGMENTS_TOKEN_SECRET, or else with the development key."""
    try:
        scopes = parse_scopes(scope)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="'--scope'") from None
    with importing():
        from gateway.commands.token import token as run

    typer.echo(run(tenant, scopes, customer_id=customer, legal_entity_id=legal_entity, expires_in=expires_in))


@cli.command()
def schema(
    *,
    federation: Annotated[bool, typer.Option("--federation", help="As a subgraph, for composition.")] = False,
) -> None:
    """Print the GraphQL schema (SDL)."""
    with importing():
        from schema.federation.query import SDL
        from schema.root import schema as graphql_schema

    typer.echo(SDL.rstrip("\n") if federation else graphql_schema.as_str())
