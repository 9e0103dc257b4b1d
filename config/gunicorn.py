"""How gunicorn serves the register: threads, one line per request, addresses masked in every line."""

from typing import Any

from gunicorn.glogging import Logger

from config.logging import MaskingFilter


class MaskedLogger(Logger):
    """gunicorn's own records without feed keys and query strings."""

    def setup(self, cfg: Any) -> None:
        """Put the mask on every handler gunicorn has made."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.addFilter(MaskingFilter())


logger_class = MaskedLogger
accesslog = "-"
access_log_format = '%({x-forwarded-for}i)s %(h)s "%(r)s" %(s)s %(B)s %(M)sms'
threads = 8
worker_tmp_dir = "/tmp"  # noqa: S108  (where gunicorn keeps its heartbeat files)
control_socket_disable = True
