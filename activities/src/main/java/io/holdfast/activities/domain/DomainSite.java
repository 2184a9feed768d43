package io.holdfast.activities.domain;

import java.nio.file.Path;

/**
 * What a domain's description takes from its host.
 *
 * @param domainType "kvm", "qemu" or "test"
 * @param pool the folder of the instance's volumes
 * @param consoles the folder of the guests' console logs
 */
record DomainSite(String domainType, Path pool, Path consoles) {}
