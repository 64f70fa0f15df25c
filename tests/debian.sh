#!/bin/sh
# The distribution's browser, fonts and database for the tests that use them.
set -e
missing=""
for package in chromium fonts-noto-cjk postgresql gcc libcairo2; do
    dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
echo "正在安装：$missing"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
