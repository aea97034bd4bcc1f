"""What every function shares: configuration, results, incidents, storage, secrets and telemetry."""
