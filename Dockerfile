# svc in a container: the desk is a folder of yours, and the container runs as whoever owns it.
#   docker build -t svc-desk .
#   docker run --rm -it --user "$(id -u):$(id -g)" -v "$PWD/desk:/desk" svc-desk today
# EXTRAS names what else is installed: report, calendar, notify, postgres, parquet (docs/install.md).
FROM python:3.11-slim-bookworm

ARG EXTRAS=report,calendar,notify,postgres
RUN apt-get update && apt-get install -y --no-install-recommends openssh-client && rm -rf /var/lib/apt/lists/*
COPY pyproject.toml README.md /src/
COPY man /src/man
COPY svc /src/svc
RUN pip install --no-cache-dir "/src[$EXTRAS]" && rm -rf /src

# Times are the department's, not the machine's; the desk lies where it was mounted.
ENV TZ=Asia/Shanghai LANG=C.UTF-8 SVC_DESK=/desk
VOLUME /desk
WORKDIR /desk
ENTRYPOINT ["svc"]
CMD ["today"]
