# The service in a container. Everything that changes lies in the volume /app/var; the rest may be read-only.
#   docker build -t centreqa .          (--build-arg TORCH_INDEX=<address> for torch without CUDA)
FROM python:3.11.14-slim-bookworm AS build

ARG TORCH_INDEX=""
WORKDIR /app
COPY pyproject.toml constraints.txt README.md ./
COPY corpus corpus
COPY index index
COPY service service
COPY eval eval
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} -c constraints.txt -e ".[eval,formats,mcp,watch]" \
    && /venv/bin/python -m compileall -q corpus index service eval


FROM python:3.11.14-slim-bookworm

ENV PATH="/venv/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    HF_HUB_OFFLINE=1 \
    CENTREQA_HOST=0.0.0.0 \
    CENTREQA_PORT=8000 \
    CENTREQA_VAR=/app/var
WORKDIR /app
RUN groupadd --gid 10001 centreqa \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /app/var --shell /usr/sbin/nologin centreqa \
    && install --directory --owner=10001 --group=10001 /app/var
COPY --from=build /venv /venv
COPY --from=build /app /app

USER 10001:10001
VOLUME /app/var
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=300s --retries=3 \
    CMD ["python", "-c", "import http.client as http; asked = http.HTTPConnection('127.0.0.1', 8000, timeout=5); asked.request('GET', '/readyz'); raise SystemExit(asked.getresponse().status != 200)"]
# The first start builds the index of the shipped text, which takes a minute or two.
CMD ["sh", "-c", "if [ ! -f /app/var/CURRENT ]; then python -m index build; fi && exec python -m service serve"]
