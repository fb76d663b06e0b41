# Build: everything into /app/.venv, from the lock file. Run: that, as a user without rights.
FROM python:3.13-slim AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN pip install --no-cache-dir uv
WORKDIR /app
COPY pyproject.toml uv.lock hatch_build.py README.md LICENSE ./
RUN uv sync --locked --no-dev --extra telemetry --no-install-project
COPY models models
COPY resolvers resolvers
COPY schema schema
COPY rest_compat rest_compat
COPY gateway gateway
# Bundles the GraphiQL page too; what npm has fetched once, the next build finds here.
RUN --mount=type=cache,target=/root/.npm uv sync --locked --no-dev --extra telemetry --no-editable

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /var/lib/segments segments
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH SEGMENTS_HOME=/var/lib/segments
USER segments
EXPOSE 8000
# Not /readyz: an engine that restarts what is unhealthy must not do so because the database is away.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"
ENTRYPOINT ["segment-gateway"]
CMD ["serve", "--host", "0.0.0.0"]
