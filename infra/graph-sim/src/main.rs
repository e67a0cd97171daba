//! The simulator as a program.

use std::io;
use std::net::Ipv4Addr;

use clap::{Parser, ValueEnum};
use graph_sim::{Config, Delays, PairLimit, Review};
use tokio::net::TcpListener;

/// Stands in for Meta's Graph API.
#[derive(Debug, Parser)]
struct Arguments {
    /// Port on the loopback address; 0: any that is free
    #[arg(long, default_value_t = 8001)]
    port: u16,
    /// Where webhooks are posted; without it they are not sent
    #[arg(long)]
    webhook_url: Option<String>,
    /// Id of the Meta app
    #[arg(long, default_value_t = Config::default().app_id)]
    app_id: String,
    /// Secret of the Meta app
    #[arg(long, default_value_t = Config::default().app_secret)]
    app_secret: String,
    /// Token of the webhook's verification
    #[arg(long, default_value_t = Config::default().verify_token)]
    verify_token: String,
    /// Milliseconds from acceptance to the sent status
    #[arg(long, default_value_t = Delays::default().sent)]
    sent_delay: u64,
    /// Milliseconds from acceptance to the delivered status
    #[arg(long, default_value_t = Delays::default().delivered)]
    delivered_delay: u64,
    /// Milliseconds from acceptance to the read status
    #[arg(long, default_value_t = Delays::default().read)]
    read_delay: u64,
    /// Milliseconds that a template is in review
    #[arg(long, default_value_t = Delays::default().template_review)]
    template_review_delay: u64,
    /// Milliseconds that a slow answer takes
    #[arg(long, default_value_t = Delays::default().slow_answer)]
    slow_answer_delay: u64,
    /// Messages per second of one phone number id
    #[arg(long, default_value_t = Config::default().throughput_per_second)]
    throughput_per_second: f64,
    /// Limit of one sender to one recipient
    #[arg(long, value_enum, default_value = "on")]
    pair_limit: Switch,
    /// Refuse free-form messages outside the 24-hour window
    #[arg(long, value_enum, default_value = "off")]
    service_window: Switch,
    /// What becomes of templates in review
    #[arg(long, value_enum, default_value = "approve")]
    template_review: ReviewArgument,
    /// Webhook requests under way at the same time
    #[arg(long, default_value_t = Config::default().webhook_concurrency)]
    webhook_concurrency: usize,
    /// Tries of a webhook that is not answered with 200
    #[arg(long, default_value_t = graph_sim::Retry::default().tries)]
    webhook_tries: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReviewArgument {
    Approve,
    Reject,
    Never,
}

impl Arguments {
    fn config(self) -> Config {
        let mut config = Config {
            webhook_url: self.webhook_url,
            app_id: self.app_id,
            app_secret: self.app_secret,
            verify_token: self.verify_token,
            delays: Delays {
                sent: self.sent_delay,
                delivered: self.delivered_delay,
                read: self.read_delay,
                template_review: self.template_review_delay,
                slow_answer: self.slow_answer_delay,
            },
            throughput_per_second: self.throughput_per_second,
            pair_limit: (self.pair_limit == Switch::On).then(PairLimit::default),
            service_window: self.service_window == Switch::On,
            template_review: match self.template_review {
                ReviewArgument::Approve => Review::Approve,
                ReviewArgument::Reject => Review::Reject,
                ReviewArgument::Never => Review::Never,
            },
            webhook_concurrency: self.webhook_concurrency,
            ..Config::default()
        };
        config.retry.tries = self.webhook_tries;
        config
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    tracing_subscriber::fmt().json().flatten_event(true).with_writer(io::stderr).init();
    let arguments = Arguments::parse();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening");
    tokio::select! {
        served = graph_sim::serve(listener, arguments.config()) => served,
        stopped = stop() => stopped,
    }
}

/// Waits for an interrupt or a request to terminate.
async fn stop() -> io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}
