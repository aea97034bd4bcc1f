"""The whole file."""

from caretaker.authoring.model.alerts import Alerts
from caretaker.authoring.model.backup import Backup
from caretaker.authoring.model.base import Section
from caretaker.authoring.model.certificates import CertificateSection
from caretaker.authoring.model.texts import Name
from caretaker.authoring.model.uptime import Uptime


class Configuration(Section):
    """What Caretaker looks after, and whom it tells."""

    environment: Name
    """Shown in every message, and part of the names of secrets."""
    uptime: Uptime = Uptime.model_construct(targets=[])
    """What to watch."""
    certificates: CertificateSection = CertificateSection()
    """Which TLS endpoints' certificates to watch."""
    backup: Backup | None = None
    """Which databases to back up."""
    alerts: Alerts = Alerts()
    """Whom to tell."""
