"""The runbooks that a configuration names, by the checks that they are for."""

from caretaker.authoring.model.configuration import Configuration

_OF_A_DATABASE = ("backup", "freshness", "verify")


def own_runbooks(configuration: Configuration) -> dict[str, str]:
    """Return the address of a team's own page for each check that has one."""
    targets, endpoints = configuration.uptime.targets, configuration.certificates.targets
    databases = configuration.backup.databases if configuration.backup else []
    named = [
        *((f"uptime/{target.name}", target.runbook) for target in targets),
        *((f"cert/{endpoint.name}", endpoint.runbook) for endpoint in endpoints),
        *((f"{kind}/{database.name}", database.runbook) for database in databases for kind in _OF_A_DATABASE),
    ]
    return {check: runbook for check, runbook in named if runbook}
