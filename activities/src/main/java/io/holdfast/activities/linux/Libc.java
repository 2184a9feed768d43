package io.holdfast.activities.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;

/** The C library; numbers are those of Linux on x86-64 and arm64. */
interface Libc extends Library {
  Libc INSTANCE = Native.load("c", Libc.class);

  int O_RDONLY = 0;
  int O_WRONLY = 1;
  int O_CREAT = 0100;
  int O_EXCL = 0200;
  int O_CLOEXEC = 02000000;

  int AF_INET = 2;
  int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
  int SOL_SOCKET = 1;
  int SO_BINDTODEVICE = 25;

  int SIGHUP = 1;

  int EXDEV = 18;
  int EINVAL = 22;
  int ENOTTY = 25;
  int EOPNOTSUPP = 95;

  int AT_FDCWD = -100;
  int STATX_BLOCKS = 0x400;

  /** struct statx, and where it counts blocks of 512 bytes. */
  int STATX_LENGTH = 256;

  int STATX_BLOCKS_AT = 48;

  int open(String path, int flags, Object... mode) throws LastErrorException;

  int ioctl(int descriptor, NativeLong request, Object... argument) throws LastErrorException;

  int close(int descriptor);

  int statx(int folder, String path, int flags, int wanted, byte[] found) throws LastErrorException;

  int kill(int process, int signal) throws LastErrorException;

  int socket(int domain, int type, int protocol) throws LastErrorException;

  int setsockopt(int socket, int level, int option, byte[] value, int length)
      throws LastErrorException;

  NativeLong sendto(
      int socket, byte[] data, NativeLong length, int flags, byte[] address, int addressLength)
      throws LastErrorException;
}
