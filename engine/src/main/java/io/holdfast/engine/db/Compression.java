package io.holdfast.engine.db;

import com.fasterxml.jackson.annotation.JsonAlias;

/** What the caller says is around the disk; AUTO is found out. An OVA is a tar by itself. */
public enum Compression {
  AUTO,
  NONE,
  GZ,
  XZ,
  ZST,
  BZ2,
  TAR,
  @JsonAlias("tar.gz")
  TAR_GZ,
  @JsonAlias("tar.xz")
  TAR_XZ,
  @JsonAlias("tar.zst")
  TAR_ZST,
  @JsonAlias("tar.bz2")
  TAR_BZ2
}
