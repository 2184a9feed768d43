package io.holdfast.activities.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.Golden;
import io.holdfast.activities.libvirt.Xml;
import io.holdfast.workflows.model.VolumeId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class VolumeDiskXmlTest {
  private static final VolumeId VOLUME = VolumeId.of("dddddddd-2222-4333-8444-555555555555");
  private static final VolumeId OTHER = VolumeId.of("eeeeeeee-2222-4333-8444-555555555555");
  private static final Document EMPTY = domain("");

  @Test
  void describesADisk() throws Exception {
    String target = VolumeDiskXml.freeTarget(VOLUME, EMPTY);
    Path file = Path.of("/var/lib/pool & <more>").resolve(VOLUME + ".qcow2");
    Golden.check("volume-disk.xml", VolumeDiskXml.render(file, VOLUME, target));
  }

  @Test
  void isFoundByItsSerialWhateverItsTargetIs() {
    Document domain = domain(disk(OTHER, "vdzz") + disk(VOLUME, "vdc"));
    assertThat(VolumeDiskXml.targetOf(domain, VOLUME)).hasValue("vdc");
    assertThat(VolumeDiskXml.targetOf(EMPTY, VOLUME)).isEmpty();
  }

  @Test
  void hasATargetOfItsOwnThatNoOtherDiskHas() {
    String target = VolumeDiskXml.freeTarget(VOLUME, EMPTY);
    assertThat(target).matches("vd[a-z]{2}");
    assertThat(VolumeDiskXml.freeTarget(VOLUME, EMPTY)).isEqualTo(target);
    Document taken = domain(disk(OTHER, target));
    assertThat(VolumeDiskXml.freeTarget(VOLUME, EMPTY, taken))
        .matches("vd[a-z]{2}")
        .isNotEqualTo(target);
  }

  /** Whoever took it for the volume would keep the volume from being attached, or deleted. */
  @Test
  void aCopyWithItsSerialIsNotTheVolume() {
    Path copy = Path.of("/x/" + OTHER + "-disk1.qcow2");
    Document domain = domain(VolumeDiskXml.render(copy, VOLUME, "vdb"));
    assertThat(VolumeDiskXml.targetOf(domain, VOLUME)).isEmpty();
    String overlay = disk(VOLUME, "vdb").replace(".qcow2", ".overlay1.qcow2");
    assertThat(VolumeDiskXml.targetOf(domain(overlay), VOLUME)).hasValue("vdb");
  }

  private static String disk(VolumeId volume, String target) {
    return VolumeDiskXml.render(Path.of("/x/" + volume + ".qcow2"), volume, target);
  }

  private static Document domain(String disks) {
    return Xml.parse("<domain><devices><disk/>" + disks + "</devices></domain>");
  }
}
