# make chat 开始聊天；make test 跑全部检查。两者都自己准备好一切。
# 要用镜像：make chat PIP="pip install -i <镜像地址>"
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo "$$p" && break; done)
VENV ?= .venv
PIP ?= pip install
RUN := $(VENV)/bin/python
export PYTHONPATH := $(CURDIR)/rules:$(CURDIR)/bot:$(CURDIR)/tests
export PYTHONUTF8 := 1

.PHONY: chat test quick spark agree killed understanding dialogues mutants bench lock debian clean

chat: $(VENV)/.chat
	@$(RUN) -m talent_bot chat

test: debian $(VENV)/.test
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports
	$(RUN) -m talent_rules lint
	$(RUN) -m talent_rules fmt --check
	$(RUN) -m talent_rules test
	$(RUN) -m pytest -n auto --dist worksteal --cov --cov-report=term --cov-fail-under=93

quick: $(VENV)/.test
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(RUN) -m pytest -x -n auto --dist worksteal

# 一个文件夹由 PySpark（local[2]，要 Java 17）做，和一个进程做的对照
spark: $(VENV)/bin/python
	@$(VENV)/bin/$(PIP) -q --disable-pip-version-check --require-hashes -r requirements/spark.txt
	$(RUN) -m pytest tests/batch/test_engines.py -k spark

# 五种算法在一百万人上逐一对照（约十分钟，不在 CI 里）
agree: $(VENV)/.test
	$(RUN) tests/agree.py --people 1000000 --durable 100000 --seed 1

# 批量核对在五十个随机的时刻被杀，接着做，和没被打断的逐字节对照（约十分钟；CI 只做几次）
killed: $(VENV)/.test
	$(RUN) tests/killed.py --times 50 --seed 1

understanding: $(VENV)/.test
	$(RUN) tests/understanding/score.py

# 十四个人各问多少，再加一万场随机对话逐轮核对（约十五分钟；CI 只跑二百场）
dialogues: $(VENV)/.test
	$(RUN) tests/bot/people.py
	$(RUN) tests/bot/dialogues.py --count 10000

mutants: $(VENV)/.test
	$(RUN) tests/mutants.py

# 和别的引擎比：OpenFisca、ZEN、rule-engine 只在这里装
bench: $(VENV)/.test
	@$(VENV)/bin/$(PIP) -q --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(RUN) benchmarks/missing_input.py
	$(RUN) benchmarks/all_engines.py
	$(RUN) benchmarks/files.py
	$(RUN) benchmarks/decide.py
	$(RUN) benchmarks/chat.py

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11、3.12 或 3.13（make chat PYTHON=路径）"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.chat: requirements/chat.txt | $(VENV)/bin/python
	@echo "正在准备聊天所需的组件（只在第一次）……" >&2
	@$(VENV)/bin/$(PIP) -q --disable-pip-version-check --require-hashes -r requirements/chat.txt
	@touch $@

$(VENV)/.test: requirements/test.txt | $(VENV)/bin/python
	@echo "正在准备检查所需的组件（只在第一次）……" >&2
	@$(VENV)/bin/$(PIP) -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@ $(VENV)/.chat

# 浏览器、字体、数据库来自发行版；没有 root 或 apt 时跳过，用到它们的测试会说明并跳过。
debian:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then sh tests/debian.sh; \
	else echo "没有 apt 或不是 root：浏览器和数据库的测试会跳过"; fi

LOCK := $(VENV)/bin/uv pip compile -q --universal --no-header --no-annotate --generate-hashes --python-version 3.11 pyproject.toml

lock: $(VENV)/bin/python
	$(VENV)/bin/pip -q install uv
	$(LOCK) --extra chat -o requirements/chat.txt
	$(LOCK) --extra chat --extra web --extra telegram -o requirements/serve.txt
	$(LOCK) --extra chat --extra web --extra telegram --extra postgres --extra batch --extra durable --extra test -o requirements/test.txt
	$(LOCK) --extra chat --extra web --extra telegram --extra postgres --extra batch --extra durable --extra test --extra spark -o requirements/spark.txt
	$(LOCK) --extra chat --extra web --extra telegram --extra postgres --extra batch --extra durable --extra test --extra bench -o requirements/bench.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage dist
