"""nginx as a reverse proxy that does comparable work: one worker, keep-alive both ways, no buffering, a key check, an access log."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import ClassVar

from bench.peers.peer import Peer, PeerMissing

CONFIGURATION = """
daemon off;
worker_processes 1;
worker_rlimit_nofile {files};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections {files}; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    client_max_body_size 32m;
    keepalive_requests 100000000;
    tcp_nodelay on;
    map_hash_bucket_size 256;
    map $http_x_api_key $known {{ default 0; "{key}" 1; }}
    upstream claude {{ server 127.0.0.1:{upstream}; keepalive 128; keepalive_requests 100000000; }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{
            if ($known = 0) {{ return 401; }}
            proxy_pass http://claude;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header x-api-key "sk-ant-upstream";
            proxy_buffering off;
            proxy_request_buffering off;
            proxy_read_timeout 600s;
        }}
    }}
}}
"""


class Nginx(Peer):
    """The machine's own nginx."""

    name: ClassVar[str] = "nginx"

    def prepare(self) -> None:
        """Write the configuration."""
        found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if found is None:
            raise PeerMissing("nginx is not installed (Debian: apt-get install nginx-light)")
        self._nginx = found
        text = CONFIGURATION.format(folder=self.folder, key=self.key, upstream=self.upstream_port, port=self.port, files=16384)
        (self.folder / "nginx.conf").write_text(text)

    def command(self) -> list[str]:
        """Run in the foreground."""
        return [self._nginx, "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder), "-e", str(self.folder / "error.log")]

    def version(self) -> str:
        """Ask it."""
        return subprocess.run([self._nginx, "-v"], check=True, capture_output=True, text=True).stderr.strip().rpartition("/")[2]
