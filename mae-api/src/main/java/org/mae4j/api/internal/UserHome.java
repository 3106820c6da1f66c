package org.mae4j.api.internal;

import java.io.File;

/** The home of users that the system does not list, as those of many containers. */
public final class UserHome {

  private static final String HOME = "user.home";

  private UserHome() {}

  /**
   * Has such a user's home be where temporary files are. Java says "?" of it, and whatever keeps
   * something below a home (JNA, JavaCPP, DJL, Java's fonts) would make a folder of that name
   * wherever the program is started. To be called before all of these.
   */
  public static void ensure() {
    if (!new File(System.getProperty(HOME, "")).isAbsolute()) {
      System.setProperty(HOME, System.getProperty("java.io.tmpdir"));
    }
  }
}
