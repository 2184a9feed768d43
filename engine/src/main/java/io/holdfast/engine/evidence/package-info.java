/** What a run leaves as evidence: a page for people, tables, and a bundle that nobody can edit. */
@NullMarked
package io.holdfast.engine.evidence;

import org.jspecify.annotations.NullMarked;
