package org.mae4j.examples.nursery;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What one clip shows: a toy, or two, doing one thing in front of a patterned wall, seen by a head
 * that moves a little. The visible part of the world is [-1, 1] both ways.
 *
 * <p>Nearly grey rooms and one vivid toy, on purpose: richer worlds were too hard to learn in
 * minutes.
 */
public final class ToyScene {

  /** Frames of a window: the whole of the motion. */
  public static final int FRAMES = 16;

  private static final int CHANNELS = 3;

  /** Samples per pixel each way, so that edges move smoothly. */
  private static final int SAMPLES = 2;

  private final Motion motion;
  private final Room room;
  private final ToyShape shape;
  private final Content content;

  private ToyScene(Motion motion, Room room, ToyShape shape, Content content) {
    this.motion = motion;
    this.room = room;
    this.shape = shape;
    this.content = content;
  }

  /** Draws all that the three classes leave open. */
  public static ToyScene draw(Motion motion, Room room, ToyShape shape, RandomGenerator random) {
    Wall wall = Wall.draw(room, random);
    Camera camera = new Camera(random);
    Action action = new Action(motion, random);
    List<Colour> colours = Colour.vivid(action.toys(), random);
    return new ToyScene(motion, room, shape, new Content(wall, camera, action, shape, colours));
  }

  /** Draws what happens, and how it is seen, with a wall and toys that are there already. */
  static ToyScene draw(Motion motion, Wall wall, ToySet toys, RandomGenerator random) {
    Camera camera = new Camera(random);
    Action action = new Action(motion, random);
    Content content = new Content(wall, camera, action, toys.shape(), toys.colours());
    return new ToyScene(motion, wall.room(), toys.shape(), content);
  }

  /** Bytes of one frame. */
  static int frameBytes(int size) {
    return Math.multiplyExact(size, size * CHANNELS);
  }

  /** What happens. */
  public Motion motion() {
    return motion;
  }

  /** The family of the wall's pattern. */
  public Room room() {
    return room;
  }

  /** The outline of the toys. */
  public ToyShape shape() {
    return shape;
  }

  /** The same scene backwards in time: its frames are this one's in reversed order, exactly. */
  public ToyScene reversed() {
    return new ToyScene(motion.reversed(), room, shape, content);
  }

  /**
   * Renders frames. The same scene gives the same bytes on any machine.
   *
   * @param frames T, at least 16: with more, the motion stays in the middle 16
   * @param size H and W in pixels, at least 1
   * @return a direct buffer, uint8 RGB, (T, H, W, 3)
   */
  public ByteBuffer render(int frames, int size) {
    checkArgument(frames >= FRAMES, "frames must be at least %s, but were %s", FRAMES, frames);
    checkArgument(size >= 1, "size must be at least 1, but was %s", size);
    ByteBuffer pixels =
        ByteBuffer.allocateDirect(
            Math.multiplyExact(Math.multiplyExact(frames, size), size * CHANNELS));
    for (int i = 0; i < frames; i++) {
      content.render(time(i, frames), size, pixels);
    }
    return pixels.flip();
  }

  /**
   * Renders a picture of the toy from near, at any moment of a window. What hides the toy is not
   * asked.
   *
   * @param random decides when and from where
   * @param size H and W in pixels, at least 1
   * @return a direct buffer, uint8 RGB, (H, W, 3)
   */
  ByteBuffer renderPicture(RandomGenerator random, int size) {
    ByteBuffer pixels = ByteBuffer.allocateDirect(frameBytes(size));
    double time = time(Draw.integer(random, 0, FRAMES - 1), FRAMES);
    content.render(time, View.of(content.toy(time), random), size, pixels);
    return pixels.flip();
  }

  private double time(int frame, int frames) {
    int forwards = motion.backwards() ? frames - 1 - frame : frame;
    return (forwards - (frames - FRAMES) / 2.0) / (FRAMES - 1);
  }

  /** All that was drawn, and the picture at one moment. */
  private static final class Content {

    private final Wall wall;
    private final Camera camera;
    private final Action action;
    private final List<Toy> toys = new ArrayList<>();

    /**
     * @param colours at least as many as there are toys
     */
    Content(Wall wall, Camera camera, Action action, ToyShape shape, List<Colour> colours) {
      this.wall = wall;
      this.camera = camera;
      this.action = action;
      for (Colour colour : colours.subList(0, action.toys())) {
        toys.add(new Toy(shape, colour, action.turns() ? colour.scaled(0.4) : colour));
      }
    }

    Pose toy(double time) {
      return action.poses(time).get(0);
    }

    void render(double time, int size, ByteBuffer pixels) {
      render(time, camera.at(time), size, pixels);
    }

    void render(double time, View view, int size, ByteBuffer pixels) {
      Colour ground = wall.ground();
      Colour pattern = wall.pattern();
      List<Pose> poses = action.poses(time);
      double[] cos = poses.stream().mapToDouble(pose -> StrictMath.cos(pose.angle())).toArray();
      double[] sin = poses.stream().mapToDouble(pose -> StrictMath.sin(pose.angle())).toArray();
      double step = 2 * view.reach() / (size * SAMPLES);
      double left = view.x() - view.reach() + step / 2;
      double top = view.y() - view.reach() + step / 2;
      for (int row = 0; row < size; row++) {
        for (int column = 0; column < size; column++) {
          float red = 0;
          float green = 0;
          float blue = 0;
          for (int sample = 0; sample < SAMPLES * SAMPLES; sample++) {
            double x = left + step * (column * SAMPLES + sample % SAMPLES);
            double y = top + step * (row * SAMPLES + sample / SAMPLES);
            Colour front = inFront(x, y, poses, cos, sin);
            if (front != null) {
              red += front.red();
              green += front.green();
              blue += front.blue();
            } else {
              float shade = wall.tile().shade(x, y);
              red += ground.red() + shade * (pattern.red() - ground.red());
              green += ground.green() + shade * (pattern.green() - ground.green());
              blue += ground.blue() + shade * (pattern.blue() - ground.blue());
            }
          }
          pixels.put(level(red)).put(level(green)).put(level(blue));
        }
      }
    }

    private Colour inFront(double x, double y, List<Pose> poses, double[] cos, double[] sin) {
      if (action.behindScreen(x)) {
        return wall.screen();
      }
      for (int i = 0; i < toys.size(); i++) {
        Colour colour = toys.get(i).at(x, y, poses.get(i), cos[i], sin[i]);
        if (colour != null) {
          return colour;
        }
      }
      return null;
    }

    private static byte level(float sum) {
      float mean = sum / (SAMPLES * SAMPLES);
      return (byte) Math.round(255 * Math.max(0, Math.min(1, mean)));
    }
  }
}
