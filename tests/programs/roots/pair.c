/* Several programs in one: a server on the FIFO ./req, clients that write to it, and small witnesses of how they are related. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void server(void) {
    char bytes[100];
    ssize_t count;
    mkfifo("req", 0600);
    int request = open("req", O_RDONLY);
    while ((count = read(request, bytes, sizeof bytes)) > 0) {
        printf("got %.*s\n", (int)count, bytes);
        fflush(stdout);
    }
    unlink("req");
}

static void client(const char *name) {
    char bytes[100];
    ssize_t count = read(0, bytes, sizeof bytes);
    printf("%s has %.*s\n", name, (int)count, bytes);
    fflush(stdout);
    int request = open("req", O_WRONLY);
    write(request, name, strlen(name));
}

static void listens(const char *address) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t length = sizeof name.sun_family + strlen(address);
    strcpy(name.sun_path, address);
    if (address[0] == '@') {
        name.sun_path[0] = 0;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&name, length) < 0 || listen(fd, 4) < 0) {
        exit(3);
    }
    int one = accept(fd, NULL, NULL);
    char bytes[100];
    ssize_t count = read(one, bytes, sizeof bytes);
    printf("got %.*s\n", (int)count, bytes);
    unlink(address);
}

static void connects(const char *address) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t length = sizeof name.sun_family + strlen(address);
    strcpy(name.sun_path, address);
    if (address[0] == '@') {
        name.sun_path[0] = 0;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&name, length) < 0) {
        perror("connect");
        exit(3);
    }
    write(fd, "hello", 5);
}

static int count(void) {
    char bytes[8] = "0";
    int fd = open("count", O_RDONLY);
    if (fd >= 0) {
        read(fd, bytes, sizeof bytes - 1);
        close(fd);
    }
    return atoi(bytes);
}

/* Reads, adds, writes: two that do so at once lose an update. */
static void counts(void) {
    int next = count() + 1, fd = open("count", O_WRONLY | O_CREAT, 0600);
    dprintf(fd, "%d", next);
}

int main(int argc, char **argv) {
    const char *role = argv[1];
    if (strcmp(role, "server") == 0) {
        server();
    } else if (strcmp(role, "listens") == 0) {
        listens(argv[2]);
    } else if (strcmp(role, "connects") == 0) {
        connects(argv[2]);
    } else if (strcmp(role, "says") == 0) {
        write(1, argv[2], 1);
    } else if (strcmp(role, "waits") == 0) {
        printf("%d\n", wait(NULL) < 0 ? errno : 0);
    } else if (strcmp(role, "kills") == 0) {
        printf("%d\n", kill(atoi(argv[2]), SIGKILL) < 0 ? errno : 0);
    } else if (strcmp(role, "counts") == 0) {
        counts();
    } else if (strcmp(role, "tells") == 0) {
        printf("%d\n", count());
    } else if (strcmp(role, "rests") == 0) {
        pause();
    } else if (strcmp(role, "forks") == 0) {
        if (fork() == 0) {
            _exit(5);
        }
        wait(NULL);
    } else {
        client(role);
    }
    return argc - 2;
}
