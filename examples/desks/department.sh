#!/bin/sh
# A department: roles, amounts with the paper they rest on, the day from which svc counts, and the job of the night.
set -eu
desk=$1
svc init "$desk" --name "Zhen Yifan"
cd "$desk"
svc staff add --name "Jia Zhiyuan" --role gm
svc staff add --name "Mei Ruolan" --role clerk
svc staff add --name "Wen Xiaoyu" --role technician --wage 6000
svc staff add --name "Ji Qing" --role finance
svc customer add --name "Changfeng Works" --phone 138-0000-1234 --key-every-days 30
svc machine add --serial LX200-001 --customer CU0001 --product LX200 --sold 2026-03-01 --warranty 12mo

# What was recorded elsewhere before this day counts in figures, and accuses nobody.
svc desk begins 2026-11-01

# Amounts are the department's own; each says where it stands.
svc rules set late_arrival 200 --from 2026-11-01 --basis "minutes of 2026-10-28"
svc rules set left_without_call 100 --from 2026-11-01 --basis "minutes of 2026-10-28"
svc rules check

# The job of the night, as cron runs it (docs/cron.md): 1 is "something waits".
svc ledger verify
svc check || [ $? -eq 1 ]
