"""The one port: moto behind a layer that records calls, injects faults and answers for Lambda."""
