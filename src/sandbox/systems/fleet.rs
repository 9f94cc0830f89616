//! The machines that MAAS and Foreman both know.

/// A machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Machine {
    pub(super) name: &'static str,
    pub(super) zone: &'static str,
    /// MAAS's name for what state it is in.
    pub(super) status: &'static str,
    pub(super) cores: u64,
    /// In GiB.
    pub(super) memory: u64,
    /// In GB.
    pub(super) disk: u64,
    /// Debian's name of the architecture.
    pub(super) architecture: &'static str,
    /// Empty while nothing is installed.
    pub(super) system: &'static str,
}

const fn machine(
    name: &'static str,
    zone: &'static str,
    status: &'static str,
    size: (u64, u64, u64),
    architecture: &'static str,
    system: &'static str,
) -> Machine {
    let (cores, memory, disk) = size;
    Machine { name, zone, status, cores, memory, disk, architecture, system }
}

const SMALL: (u64, u64, u64) = (4, 8, 240);
const MEDIUM: (u64, u64, u64) = (16, 64, 960);
const LARGE: (u64, u64, u64) = (64, 512, 7680);

/// The fleet.
pub(super) const MACHINES: &[Machine] = &[
    machine("web-01", "north", "Deployed", SMALL, "amd64", "jammy"),
    machine("web-02", "north", "Deployed", SMALL, "amd64", "jammy"),
    machine("web-03", "south", "Deployed", SMALL, "amd64", "noble"),
    machine("web-04", "south", "Deployed", SMALL, "amd64", "noble"),
    machine("web-05", "south", "Failed deployment", SMALL, "amd64", ""),
    machine("proxy-01", "north", "Deployed", SMALL, "arm64", "noble"),
    machine("proxy-02", "south", "Deployed", SMALL, "arm64", "noble"),
    machine("db-01", "north", "Deployed", LARGE, "amd64", "jammy"),
    machine("db-02", "south", "Deployed", LARGE, "amd64", "jammy"),
    machine("db-03", "south", "Ready", LARGE, "amd64", ""),
    machine("cache-01", "north", "Deployed", MEDIUM, "amd64", "jammy"),
    machine("cache-02", "south", "Deployed", MEDIUM, "amd64", "jammy"),
    machine("queue-01", "north", "Deployed", MEDIUM, "amd64", "noble"),
    machine("queue-02", "south", "Allocated", MEDIUM, "amd64", ""),
    machine("build-01", "north", "Deployed", LARGE, "amd64", "noble"),
    machine("build-02", "north", "Deployed", LARGE, "arm64", "noble"),
    machine("build-03", "south", "Ready", LARGE, "arm64", ""),
    machine("build-04", "south", "Ready", LARGE, "amd64", ""),
    machine("storage-01", "north", "Deployed", MEDIUM, "amd64", "jammy"),
    machine("storage-02", "north", "Deployed", MEDIUM, "amd64", "jammy"),
    machine("storage-03", "south", "Deployed", MEDIUM, "amd64", "jammy"),
    machine("storage-04", "south", "Broken", MEDIUM, "amd64", ""),
    machine("gpu-01", "north", "Deployed", LARGE, "amd64", "noble"),
    machine("gpu-02", "north", "Ready", LARGE, "amd64", ""),
    machine("mail-01", "north", "Deployed", SMALL, "amd64", "jammy"),
    machine("dns-01", "north", "Deployed", SMALL, "arm64", "noble"),
    machine("dns-02", "south", "Deployed", SMALL, "arm64", "noble"),
    machine("lab-01", "lab", "New", SMALL, "amd64", ""),
    machine("lab-02", "lab", "New", SMALL, "amd64", ""),
    machine("lab-03", "lab", "Ready", MEDIUM, "ppc64el", ""),
];

/// The IPv4 address of the machine at that place in the fleet (RFC 5737).
pub(super) fn address(place: usize) -> String {
    format!("192.0.2.{}", place + 10)
}

/// The MAC address of the machine at that place in the fleet (RFC 7042's
/// range for documentation).
pub(super) fn mac(place: usize) -> String {
    format!("00:00:5e:00:53:{place:02x}")
}
