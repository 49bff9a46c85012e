"""OpenStack Swift with its S3 door, as Debian packages it, in one process on loopback.

    swift_server.py FOLDER PROXY ACCOUNT CONTAINER OBJECT    all four servers, rings and the bucket
    swift_server.py FOLDER PROXY --clock SECONDS             one more proxy in front of the same servers, with a wrong clock
"""
import os
import sys
import time

folder, proxy_port = sys.argv[1], int(sys.argv[2])
if sys.argv[3] == "--clock":
    shift, right = float(sys.argv[4]), time.time
    time.time = lambda: right() + shift
    backends = None
else:
    backends = dict(zip(("account", "container", "object"), map(int, sys.argv[3:6])))

import eventlet
import eventlet.tpool
import eventlet.wsgi

eventlet.monkey_patch()
import swift.common.utils

swift.common.utils.SWIFT_CONF_FILE = os.path.join(folder, "swift.conf")


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


BACKEND = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
bind_ip = 127.0.0.1
bind_port = {port}
fallocate_reserve = 0
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""

PROXY = """
[DEFAULT]
swift_dir = {folder}
bind_ip = 127.0.0.1
bind_port = {port}
[pipeline:main]
pipeline = {pipeline}
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:s3api]
use = egg:swift#s3api
location = eu-test-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
"""

if backends:
    write("swift.conf", "[swift-hash]\nswift_hash_path_suffix = test\nswift_hash_path_prefix = test\n")
    os.makedirs(os.path.join(folder, "devices", "d1"), exist_ok=True)
    from swift.common.ring import RingBuilder

    for kind, port in backends.items():
        ring = RingBuilder(2, 1, 0)
        ring.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "d1", "weight": 1.0})
        ring.rebalance()
        ring.get_ring().save(os.path.join(folder, kind + ".ring.gz"))

from swift.common.wsgi import loadapp


class Quiet:
    def write(self, text):
        pass

    def flush(self):
        pass


class Memory:
    """What Swift wants of memcached, for one process."""

    def __init__(self):
        self.values = {}

    def get(self, key, *_, **__):
        return self.values.get(key)

    def set(self, key, value, *_, **__):
        self.values[key] = value

    def incr(self, key, delta=1, *_, **__):
        self.values[key] = int(self.values.get(key) or 0) + delta
        return self.values[key]

    def delete(self, key, *_, **__):
        self.values.pop(key, None)


memory = Memory()


def serve(port, conf):
    listener = eventlet.listen(("127.0.0.1", port))
    swift_app = loadapp(conf)

    def app(environ, start):
        environ["swift.cache"] = memory
        return swift_app(environ, start)

    eventlet.spawn(eventlet.wsgi.server, listener, app, log=Quiet(), debug=False)


for kind, port in (backends or {}).items():
    serve(port, write(kind + ".conf", BACKEND.format(folder=folder, kind=kind, port=port)))

serve(proxy_port, write("proxy-%d.conf" % proxy_port, PROXY.format(folder=folder, port=proxy_port, pipeline="catch_errors gatekeeper s3api tempauth proxy-server")))

if backends:
    from swift.common.internal_client import InternalClient

    inner = write("inner.conf", PROXY.format(folder=folder, port=0, pipeline="catch_errors proxy-server"))
    InternalClient(inner, "setup", 3, allow_modify_pipeline=False).create_container("AUTH_test", "pictures")

print("ready", flush=True)
# It ends with whoever started it: its standard input is closed then.
eventlet.tpool.execute(sys.stdin.read)
