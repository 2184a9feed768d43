package io.holdfast.activities;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know what inside the host worker. */
@AnalyzeClasses(packages = "io.holdfast.activities", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule NATIVE_CALLS_STAY_AT_THE_EDGE =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "..activities.libvirt", "..activities.linux", "..activities.replication.nbd")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.jna..");

  @ArchTest
  static final ArchRule LIBVIRT_IS_KNOWN_WHERE_IT_IS_DRIVEN =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "..activities.libvirt",
              "..activities.domain",
              "..activities.network",
              "..activities.pool",
              "..activities.guest",
              "..activities.host",
              "..activities.census",
              "..activities.migration..",
              "..activities.replication.backup",
              "..activities.snapshot",
              "..activities.still")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.libvirt..");

  @ArchTest
  static final ArchRule NO_DATABASE_NO_HTTP_SERVER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..",
              "org.postgresql..",
              "org.jdbi..",
              "org.flywaydb..",
              "org.eclipse.jetty..",
              "io.dropwizard.core..",
              "com.sun.net.httpserver..");

  @ArchTest
  static final ArchRule PROCESSES_ARE_STARTED_IN_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackage("..activities.qemu")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class);

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.holdfast.activities.(*)..").should().beFreeOfCycles();
}
