"""Where a WSGI server finds the app: `gunicorn mobile_api.wsgi:app`. One engine a process."""

from backend import clock, database, queue
from backend.logs import configure_logs
from backend.settings import Settings
from mobile_api import create_app

settings = Settings.from_environment()
configure_logs(level=settings.log_level, as_json=settings.logs_as_json)
clock.show(settings.demo_clock)
if settings.database_url:
    database.configure(settings.database_url, pool_size=settings.web_threads)
if settings.redis_url:
    queue.configure(settings.redis_url)
app = create_app(settings)
