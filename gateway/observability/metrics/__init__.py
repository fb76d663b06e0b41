"""What Prometheus can ask for at /metrics: requests, the plan cache, the pool. Never a tenant's name."""
