/* Makes writes to files whose name contains FAULT_FILE short, torn or refused, and fsyncs fail.
 * FAULT is one of: short:K (at most K bytes a write); torn:N:K (K bytes of the N-th write, then SIGKILL);
 * full:N:K (K bytes of the N-th write, then ENOSPC for ever); sync:N (the N-th fsync fails with EIO). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int writes, syncs;

static int ours(int fd)
{
    char link[64], path[4096];
    const char *wanted = getenv("FAULT_FILE");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (!wanted || size < 0)
        return 0;
    path[size] = 0;
    return strstr(path, wanted) != NULL;
}

ssize_t write(int fd, const void *data, size_t size)
{
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    const char *fault = getenv("FAULT");
    int n = 0, k = 0;
    if (!fault || !ours(fd))
        return real(fd, data, size);
    writes++;
    if (sscanf(fault, "short:%d", &k) == 1)
        return real(fd, data, size < (size_t)k ? size : (size_t)k);
    if (sscanf(fault, "torn:%d:%d", &n, &k) == 2 && writes == n) {
        real(fd, data, size < (size_t)k ? size : (size_t)k);
        raise(SIGKILL);
    }
    if (sscanf(fault, "full:%d:%d", &n, &k) == 2 && writes >= n) {
        if (writes == n && k > 0)
            return real(fd, data, size < (size_t)k ? size : (size_t)k);
        errno = ENOSPC;
        return -1;
    }
    return real(fd, data, size);
}

int fsync(int fd)
{
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    const char *fault = getenv("FAULT");
    int n = 0;
    if (fault && ours(fd) && sscanf(fault, "sync:%d", &n) == 1 && ++syncs == n) {
        errno = EIO;
        return -1;
    }
    return real(fd);
}
