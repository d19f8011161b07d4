/**
 * Bytes on disk: {@link dev.shoal.activities.store.ArtifactStore} keeps what stages make, {@link
 * dev.shoal.activities.store.DigestMemory} names what users bring, {@link
 * dev.shoal.activities.store.DataRoots} says what may be read, {@link
 * dev.shoal.activities.store.HubCache} finds models by name.
 */
package dev.shoal.activities.store;
