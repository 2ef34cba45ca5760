//! Asks the web whether addresses live: [`ask`], a synchronous door with tokio behind it.
//!
//! What is decided and what is done are apart. [`visit`] decides what one address is asked and what the answers mean,
//! [`queue`] decides when, [`memory`] what is known from before; they are pure and know neither sockets nor clocks.
//! [`client`] does one request, and the run in this module's `run` brings them together.

pub mod address;
pub mod anchors;
mod body;
pub mod cause;
mod client;
mod facts;
pub mod forge;
pub mod guard;
pub mod known;
pub mod memory;
pub mod names;
pub mod queue;
mod run;
pub mod settings;
mod sign;
pub mod stamp;
mod tls;
mod visit;

pub use run::{Answers, Down, Progress, Question, Watch, ask};
