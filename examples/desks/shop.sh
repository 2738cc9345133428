#!/bin/sh
# A shop of three in one room. Nobody is fined: the amounts of rules.yaml stay blank, findings are still listed.
set -eu
desk=$1
svc init "$desk" --name "Zhen Yifan"
cd "$desk"
svc staff add --name "Wen Xiaoyu" --role technician
svc staff add --name "Mei Ruolan" --role clerk
svc customer add --name "Changfeng Works" --phone 138-0000-1234 --region 华东
svc machine add --serial LX200-001 --customer CU0001 --product LX200 --sold 2026-03-01 --warranty 12mo

# A day of it.
svc call log --channel phone --from 138-0000-1234 --kind repair --machine LX200-001 --needs-service --summary "boom drifts"
svc visit dispatch --call C1 --staff S01 --promised "tomorrow 10:00"
svc today
