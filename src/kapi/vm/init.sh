#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The first program of a guest: makes the file systems, runs one command, tells the host how it
# ended and hands over files. kapi.vm.initrd puts it and the folder /kapi there, kapi.vm.protocol
# reads what it reports.
#
# Each port has one use, so nothing that a program prints can be taken for a report:
#   ttyS0  console      ttyS1  standard output      ttyS2  standard error      ttyS3  reports
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root TERM=${TERM:-linux}

# The shell finds its other commands by way of /proc.
/bin/busybox mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev 2>/dev/null
mkdir -p /dev/pts /dev/shm /sys/kernel/debug /sys/kernel/tracing
mount -t devpts devpts /dev/pts 2>/dev/null
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -t tmpfs -o mode=755 tmpfs /run
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
ln -sf /proc/self/fd /dev/fd
ln -sf /proc/self/mounts /etc/mtab
# A file system in memory lets everybody write to its root.
chmod 755 /
hostname kapi
ip link set lo up 2>/dev/null
busybox --install -s /bin 2>/dev/null

failed=
for module in /kapi/modules/*.ko; do
    [ -e "$module" ] || continue
    insmod "$module" || failed="$failed ${module##*/}"
done

# A user at a terminal: no ports but the console.
if [ -e /kapi/shell ]; then
    [ -z "$failed" ] || echo "modules that could not be loaded:$failed"
    su -s /kapi/exec "$(cat /kapi/user)"
    exec reboot -f
fi

for port in 1 2 3; do
    stty -F "/dev/ttyS$port" raw -echo clocal
done
# Kept open to the end, so that nothing is lost by closing; the command does not get them.
exec 4>/dev/ttyS1 5>/dev/ttyS2 6>/dev/ttyS3
[ -z "$failed" ] || echo "failed insmod$failed" >&6
echo ready >&6

# The command writes to pipes, as under a shell: a terminal would show and buffer otherwise.
mkfifo -m 622 /kapi/stdout /kapi/stderr
cat /kapi/stdout >&4 6>&- & stdout=$!
cat /kapi/stderr >&5 6>&- & stderr=$!
setsid su -s /kapi/exec "$(cat /kapi/user)" \
    </kapi/stdin >/kapi/stdout 2>/kapi/stderr 4>&- 5>&- 6>&-
status=$?

# A process that the command left behind may hold the pipes open for good.
{ sleep 5; kill "$stdout" "$stderr"; } 2>/dev/null 4>&- 5>&- 6>&- &
wait "$stdout" "$stderr"

echo "status $status" >&6
set --
while read -r path; do
    [ -e "$path" ] && set -- "$@" "${path#/}"
done </kapi/bring
if [ $# != 0 ]; then
    echo files >&6
    tar -C / -czf - -- "$@" >&6
fi
echo end >&6
exec 4>&- 5>&- 6>&-
# QEMU ends at a reset; unlike a power-off, every kernel can do that.
reboot -f
