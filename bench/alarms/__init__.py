"""How often alarms are false, late, lost or doubled, measured over simulated weeks of faults."""
