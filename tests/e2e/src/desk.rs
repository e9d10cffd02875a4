//! A display of its own, with a window manager: where browsers are shown, keys are pressed and looked at.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::process::{self, Process};
use crate::until::{SOON, until};

/// A pixel whose every channel is above this is bright. Under a dialog's shade no pixel of a page is.
const BRIGHT: u8 = 140;

/// The frame of a window at the display's edge, in pixels; a dialog's shade leaves it out.
const EDGE: usize = 8;

/// How long a display must show the same picture: two frames of a slow animation, less than half a caret's blink.
const STILL: Duration = Duration::from_millis(200);

/// A virtual X display. The window manager gives new windows, native prompts too, the keyboard.
#[derive(Debug)]
pub struct Desk {
    display: String,
    frames: tempfile::TempDir,
    _manager: Process,
    _server: Process,
}

impl Desk {
    /// Starts `Xvfb` on a free display and `openbox` on it.
    pub async fn start() -> Result<Self> {
        let frames = process::room("desk")?;
        let log = std::fs::File::create(frames.path().join("server.log"))?;
        let mut server = Process::spawn(
            "Xvfb",
            Command::new("Xvfb")
                .args([
                    "-displayfd",
                    "1",
                    "-screen",
                    "0",
                    "1280x960x24",
                    "-nolisten",
                    "tcp",
                    "-noreset",
                    "-fbdir",
                ])
                .arg(frames.path())
                .stdout(Stdio::piped())
                .stderr(log),
        )
        .context("Xvfb is needed: `cargo xtask test` installs it on Debian")?;
        let stdout = server.stdout().context("Xvfb has no output")?;
        let number = tokio::time::timeout(
            SOON,
            tokio::task::spawn_blocking(move || {
                let mut line = String::new();
                BufReader::new(stdout).read_line(&mut line).map(|_| line)
            }),
        )
        .await
        .context("Xvfb named no display in time")???;
        let number = number.trim();
        ensure!(!number.is_empty(), "Xvfb named no display: see its log");
        let display = format!(":{number}");
        let manager = Process::start(
            "openbox",
            Command::new("openbox")
                .env("DISPLAY", &display)
                .env("HOME", frames.path()),
            &frames.path().join("openbox.log"),
        )?;
        let desk = Self {
            display,
            frames,
            _manager: manager,
            _server: server,
        };
        until("the window manager", SOON, async || {
            Ok(desk.tool(&["get_num_desktops"]).await.ok())
        })
        .await?;
        Ok(desk)
    }

    /// The value of `DISPLAY`.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// Presses keys, one after the other, as the person at this display: `Tab`, `Return`, `alt+shift+k`.
    pub async fn press(&self, keys: &[&str]) -> Result<()> {
        let mut arguments = vec!["key", "--delay", "30", "--clearmodifiers"];
        arguments.extend(keys);
        self.tool(&arguments).await.map(drop)
    }

    /// Clicks at a point of the display, in pixels from its upper left corner, as the person at it.
    pub async fn click_at(&self, x: i64, y: i64) -> Result<()> {
        self.tool(&["mousemove", &x.to_string(), &y.to_string(), "click", "1"])
            .await
            .map(drop)
    }

    /// Moves the pointer to a point of the display, as [`click_at`](Self::click_at) does.
    pub async fn move_to(&self, x: i64, y: i64) -> Result<()> {
        self.tool(&["mousemove", &x.to_string(), &y.to_string()])
            .await
            .map(drop)
    }

    /// Presses the first button of the mouse and keeps it down.
    pub async fn hold(&self) -> Result<()> {
        self.tool(&["mousedown", "1"]).await.map(drop)
    }

    /// Lets the first button of the mouse go.
    pub async fn let_go(&self) -> Result<()> {
        self.tool(&["mouseup", "1"]).await.map(drop)
    }

    /// The ids of the windows that are shown.
    pub async fn windows(&self) -> Result<Vec<u64>> {
        let shown = self
            .tool(&["search", "--onlyvisible", "--name", ".*"])
            .await
            .unwrap_or_default();
        Ok(shown
            .lines()
            .filter_map(|line| line.trim().parse().ok())
            .collect())
    }

    /// The window that has the keyboard.
    pub async fn focused(&self) -> Result<u64> {
        Ok(self.tool(&["getwindowfocus"]).await?.trim().parse()?)
    }

    /// Gives a window the keyboard, and waits until it has it.
    pub async fn focus(&self, window: u64) -> Result<()> {
        self.tool(&["windowfocus", "--sync", &window.to_string()])
            .await
            .map(drop)
    }

    /// The names of the shown windows, by their ids: for a message when something is not where it should be.
    pub async fn named_windows(&self) -> Result<Vec<(u64, String)>> {
        let mut named = Vec::new();
        for id in self.windows().await? {
            let name = self
                .tool(&["getwindowname", &id.to_string()])
                .await
                .unwrap_or_default();
            named.push((id, name.trim().to_owned()));
        }
        Ok(named)
    }

    async fn tool(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new("xdotool");
        command.args(arguments).env("DISPLAY", &self.display);
        let (code, text) = process::output("xdotool", command, Duration::from_secs(10)).await?;
        if code != Some(0) {
            bail!("xdotool {}: {}", arguments.join(" "), text.trim());
        }
        Ok(text)
    }

    /// What the display shows.
    ///
    /// `Xvfb` keeps its picture in a file in the format of `xwd` (X11 `XWDFile.h`): a big-endian header, the
    /// colour map, then 32 bits a pixel.
    pub fn picture(&self) -> Result<Picture> {
        let frame = std::fs::read(self.frames.path().join("Xvfb_screen0"));
        let frame = frame.context("the display has no picture")?;
        let field = |index: usize| -> Result<usize> {
            let bytes = frame
                .get(index * 4..index * 4 + 4)
                .context("the picture is cut off")?;
            Ok(u32::from_be_bytes(bytes.try_into()?) as usize)
        };
        let (header, width, height, big_endian) = (field(0)?, field(4)?, field(5)?, field(7)? == 1);
        let (bits, line, colours) = (field(11)?, field(12)?, field(19)?);
        ensure!(bits == 32, "the picture has {bits} bits a pixel instead of 32");
        let start = header + colours * 12;
        let mut pixels = Vec::with_capacity(width * height);
        for row in 0..height {
            let from = start + row * line;
            let row = frame
                .get(from..from + width * 4)
                .context("the picture is cut off")?;
            pixels.extend(row.chunks_exact(4).filter_map(|pixel| match (big_endian, pixel) {
                (false, [blue, green, red, _]) | (true, [_, red, green, blue]) => Some([*red, *green, *blue]),
                _ => None,
            }));
        }
        Ok(Picture {
            width,
            height,
            pixels,
        })
    }

    /// Waits until nothing moves on the display, and gives its picture. A caret may blink.
    pub async fn steady(&self) -> Result<Picture> {
        let mut last = self.picture()?;
        let mut since = Instant::now();
        until("the display to be still", SOON, async || {
            let now = self.picture()?;
            if now != last {
                last = now;
                since = Instant::now();
            }
            Ok((since.elapsed() >= STILL).then(|| last.clone()))
        })
        .await
    }

    /// Writes what the display shows to a PNG file.
    pub fn screenshot(&self, file: &Path) -> Result<()> {
        let picture = self.picture()?;
        let out = std::io::BufWriter::new(std::fs::File::create(file)?);
        let mut encoder =
            png::Encoder::new(out, u32::try_from(picture.width)?, u32::try_from(picture.height)?);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Fast);
        encoder
            .write_header()?
            .write_image_data(picture.pixels.as_flattened())?;
        Ok(())
    }
}

/// What a display showed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture {
    width: usize,
    height: usize,
    /// Red, green and blue, row by row.
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// The share of pixels, from 0 to 1, in which another picture of the same display differs.
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub fn difference(&self, other: &Self) -> f64 {
        let different = self
            .pixels
            .iter()
            .zip(&other.pixels)
            .filter(|(one, two)| one != two)
            .count();
        different as f64 / self.pixels.len().max(1) as f64
    }

    /// The smallest part that holds every bright pixel, away from the display's edge; `None` if there is none.
    pub fn bright_part(&self) -> Option<Self> {
        let bright = |row: usize, column: usize| {
            self.pixels
                .get(row * self.width + column)
                .is_some_and(|pixel| pixel.iter().all(|&it| it > BRIGHT))
        };
        let inside = |length: usize| EDGE..length.saturating_sub(EDGE);
        let mut rows =
            inside(self.height).filter(|&row| inside(self.width).any(|column| bright(row, column)));
        let top = rows.next()?;
        let bottom = rows.next_back().unwrap_or(top);
        let mut columns = inside(self.width).filter(|&column| (top..=bottom).any(|row| bright(row, column)));
        let left = columns.next()?;
        let right = columns.next_back().unwrap_or(left);
        let line = |row: usize| {
            self.pixels
                .get(row * self.width + left..=row * self.width + right)
        };
        Some(Self {
            width: right + 1 - left,
            height: bottom + 1 - top,
            pixels: (top..=bottom).filter_map(line).flatten().copied().collect(),
        })
    }
}
