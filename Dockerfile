# The chat with its policy data inside: one web page (and Telegram, when a token is given).
FROM python:3.12-slim

# Fonts and cairo come as the distribution has them today, with its fixes.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends fonts-noto-cjk libcairo2 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 talent

WORKDIR /app
COPY requirements/serve.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/serve.txt

COPY rules rules
COPY bot bot
COPY policy_data policy_data
COPY pyproject.toml README.md ./
ENV PYTHONPATH=/app/rules:/app/bot PYTHONUTF8=1 TALENT_STORE=sqlite:////data/talent.sqlite

USER 10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["python", "-m", "talent_bot", "serve", "--host", "0.0.0.0", "--port", "8000"]
