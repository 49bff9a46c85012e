# Pictor as one container: built with the SDK and npm, run by a user without rights on a root that cannot be written.
#
#   docker build -t pictor .
#   docker run --rm -p 5080:5080 --read-only --tmpfs /tmp --stop-timeout 360 -v pictor:/var/lib/pictor pictor

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
# The build fetches the picture library and a font with npm.
RUN apt-get update && apt-get install -y --no-install-recommends npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source

# What changes seldom first: the packages are fetched again only when a lock file changes.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Pictor/Pictor.csproj src/Pictor/packages.lock.json src/Pictor/
COPY src/Pictor.Imaging/Pictor.Imaging.csproj src/Pictor.Imaging/packages.lock.json src/Pictor.Imaging/Pictor.Imaging.Native.targets src/Pictor.Imaging/
COPY eng/native/ eng/native/
RUN dotnet restore src/Pictor --locked-mode

COPY src/Pictor/ src/Pictor/
COPY src/Pictor.Imaging/ src/Pictor.Imaging/
RUN dotnet publish src/Pictor -c Release -o /out --no-restore

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# libsqlite3 is newer in the system than in its package; curl asks for health.
RUN apt-get update && apt-get install -y --no-install-recommends libsqlite3-0 curl && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /var/lib/pictor && chown "$APP_UID:$APP_UID" /var/lib/pictor
COPY --from=build /out /opt/pictor
# The image's own port would only be warned about at every start.
ENV ASPNETCORE_URLS=http://0.0.0.0:5080 \
    ASPNETCORE_HTTP_PORTS="" \
    Pictor__Data=/var/lib/pictor \
    Pictor__Telemetry__Logs=json \
    DOTNET_EnableDiagnostics=0
USER $APP_UID
WORKDIR /var/lib/pictor
VOLUME /var/lib/pictor
EXPOSE 5080
# It drains for 333 seconds at most; whoever stops it has to wait as long: --stop-timeout 360, stop_grace_period, terminationGracePeriodSeconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD curl -fsS "http://127.0.0.1:${ASPNETCORE_URLS##*:}/healthz"
ENTRYPOINT ["/opt/pictor/Pictor"]
