"""The settings of a server that is thrown away: quick rather than safe, and small enough for where it runs."""

_MEGABYTE = 1_000_000


def settings(memory: int) -> dict[str, str]:
    """Return PostgreSQL's settings for a machine with so many bytes of memory."""
    shared = max(32, min(1024, memory // _MEGABYTE // 8))
    work = max(32, min(512, memory // _MEGABYTE // 12))
    return {
        "listen_addresses": "",  # a socket only
        "unix_socket_permissions": "0700",
        "max_connections": "12",
        "dynamic_shared_memory_type": "mmap",  # where Lambda runs there is no /dev/shm
        "shared_buffers": f"{shared}MB",
        "maintenance_work_mem": f"{work}MB",
        "io_method": "sync",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "bgwriter_flush_after": "0",  # what is thrown away soon need not reach the disk
        "checkpoint_flush_after": "0",
        "wal_level": "minimal",  # rows of a table made in the same transaction are not logged
        "max_wal_senders": "0",
        "max_wal_size": "512MB",
        "checkpoint_timeout": "1h",
        "autovacuum": "off",
        "jit": "off",
        "max_prepared_transactions": "0",
        "log_min_messages": "fatal",
        "log_min_error_statement": "panic",  # statements hold rows
    }
