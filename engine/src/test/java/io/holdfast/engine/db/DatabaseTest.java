package io.holdfast.engine.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The DAOs are shared by all threads; which connection a call takes is the thread's affair. */
class DatabaseTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final Daos daos = database.daos();

  @Test
  void whatATransactionWroteGoesWithIt() {
    SiteRow site = site();
    assertThatThrownBy(
            () ->
                database.useTransaction(
                    all -> {
                      all.sites().insert(site);
                      assertThat(daos.sites().findById(site.id())).contains(site);
                      throw new IllegalStateException("changed its mind");
                    }))
        .hasMessage("changed its mind");
    assertThat(daos.sites().findById(site.id())).isEmpty();
  }

  @Test
  void aThreadThatLeftATransactionWritesForItself() {
    database.useTransaction(all -> assertThat(all.sites().findById(UUID.randomUUID())).isEmpty());
    SiteRow site = site();
    daos.sites().insert(site);
    assertThat(elsewhere(site)).contains(site);
  }

  @Test
  void anotherThreadSeesNothingBeforeTheCommit() {
    SiteRow site = site();
    database.useTransaction(
        all -> {
          all.sites().insert(site);
          assertThat(elsewhere(site)).isEmpty();
        });
    assertThat(elsewhere(site)).contains(site);
  }

  private Optional<SiteRow> elsewhere(SiteRow site) {
    return CompletableFuture.supplyAsync(() -> daos.sites().findById(site.id())).join();
  }

  private static SiteRow site() {
    return new SiteRow(UUID.randomUUID(), Inventory.name("site"), Inventory.now());
  }
}
