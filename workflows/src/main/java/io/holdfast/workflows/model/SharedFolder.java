package io.holdfast.workflows.model;

/**
 * A host's own folder on storage that several hosts mount. No host changes what lies in the folder
 * of another one.
 *
 * @param storage a random id that lies on it, so it is the same for all who see the same storage
 * @param folder its name beside the folders of the other hosts
 */
public record SharedFolder(String storage, String folder) {}
