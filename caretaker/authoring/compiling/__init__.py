"""From a configuration to what the functions read: JSON as ``caretaker.core.config`` expects it, with all defaults."""

from caretaker.authoring.compiling.alerts import compile_alerts
from caretaker.authoring.compiling.backup import compile_databases, compile_retention, promises
from caretaker.authoring.compiling.certificates import compile_certificates
from caretaker.authoring.compiling.controls import compile_control, one_to_connect_to
from caretaker.authoring.compiling.runbooks import own_runbooks
from caretaker.authoring.compiling.section import Section
from caretaker.authoring.compiling.targets import compile_target
from caretaker.authoring.model.configuration import Configuration


def compile_sections(configuration: Configuration) -> dict[str, Section]:
    """Return each function's section of a configuration, by the function's name."""
    environment = configuration.environment
    defaults = configuration.uptime.defaults
    targets = [compile_target(target, defaults) for target in configuration.uptime.targets]
    endpoints = compile_certificates(configuration.certificates, configuration.uptime.targets)
    databases = compile_databases(configuration.backup)
    controls = [compile_control(url, number) for number, url in enumerate(configuration.uptime.controls, 1)]
    return {
        "uptime": {
            "environment": environment,
            "targets": targets,
            "controls": controls,
            "heartbeat": configuration.uptime.heartbeat or "",
        },
        "cert_check": {
            "environment": environment,
            "targets": endpoints,
            "controls": [one_to_connect_to(control) for control in controls],
            "reports_network": not targets,
        },
        "backup": {"environment": environment, "databases": databases},
        "verify": {"environment": environment, "databases": promises(configuration.backup)},
        "cleanup": {
            "environment": environment,
            "databases": [database["name"] for database in databases],
            "retention": compile_retention(configuration.backup),
        },
        "notify": {"environment": environment, **compile_alerts(configuration.alerts, own_runbooks(configuration))},
    }
