#!/bin/sh
# A company with branches: one PostgreSQL server, each branch with its own mark in every id (docs/postgres.md).
#   sh company.sh postgresql://admin@db/service LOGIN     (an empty database; LOGIN records at Beijing)
set -eu
desk=$1 login=$2
svc desk init "$desk" --name "Zhen Yifan"
svc desk add-site "$desk" --site BJ --title 北京
svc desk add-member "$desk" "$login" --site BJ

# From here on everybody only sets SVC_DESK; what is recorded at Beijing has ids like C2611-BJ0001.
export SVC_DESK="$desk" SVC_SITE=BJ
svc staff add --name "Wen Xiaoyu" --role technician
svc customer add --name "Changfeng Works" --phone 138-0000-1234
svc call log --channel phone --from 138-0000-1234 --kind consult --summary "which oil"
svc ledger verify
