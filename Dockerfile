# syntax=docker/dockerfile:1
# The server without a database: it expects a MongoDB replica set (COMANDA_MONGODB__URL), secrets (COMANDA_SECRETS__…, see
# `comanda new-secrets`) and its public address (COMANDA_SERVER__PUBLIC_URL). Redis (COMANDA_REDIS__URL) is optional.

FROM node:22-bookworm-slim AS pages
WORKDIR /web
COPY web/package.json web/package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/comanda
WORKDIR /src
# The dependencies in a layer of their own: they change less often than the code.
COPY requirements/runtime.lock requirements/
RUN /opt/comanda/bin/pip install --require-hashes -r requirements/runtime.lock
COPY pyproject.toml LICENSE ./
COPY models models
COPY handlers handlers
COPY kitchen_display kitchen_display
COPY sms_gateway sms_gateway
COPY bench bench
COPY web web
COPY server server
RUN /opt/comanda/bin/pip install --no-deps --no-build-isolation . \
    && /opt/comanda/bin/python -m compileall -q /opt/comanda/lib \
    && /opt/comanda/bin/comanda version
# The pages stand beside the packages as they do in a checkout, with nothing but the modules that are served.
COPY --from=pages /web/node_modules web/node_modules
RUN cd web && target="$(/opt/comanda/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/web" && mkdir "$target" \
    && cp -r --parents client ui diner floor order node_modules/preact node_modules/@preact node_modules/htm node_modules/lean-qr node_modules/socket.io-client "$target" \
    && cd / && /opt/comanda/bin/python -c 'from server.pages import Pages; missing = Pages().missing; assert not missing, missing'

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Comanda" \
      org.opencontainers.image.description="A real-time, WebSocket-first ordering server for restaurants." \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin comanda
COPY --from=build /opt/comanda /opt/comanda
ENV PATH=/opt/comanda/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    COMANDA_ENVIRONMENT=production \
    COMANDA_SERVER__HOST=0.0.0.0 \
    COMANDA_LOG__FORMAT=json
USER 10001
WORKDIR /tmp
EXPOSE 8080
# Longer than server.drain_seconds must be the time that the runtime gives before it kills: docker stop --time 40.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["python", "-c", \
  "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('COMANDA_SERVER__PORT', '8080') + '/healthz', timeout=2)"]
ENTRYPOINT ["comanda"]
CMD ["serve"]
